"""What is to be sent, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outbox")
_payload = msgspec.json.Decoder(Outbound)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One message to one identity. `dedupe_key` names what must happen once."""

    id: int
    dedupe_key: str
    kind: str  # reply, acknowledgement, notice
    account: str
    identity_id: int
    conversation_id: int
    message_id: int
    payload: Outbound
    state: OutboxState
    due_us: int
    created_us: int
    attempts: int = 0
    error: str = ""
    external_ref: str = ""
    changed_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentName:
    """How a channel calls a message that an account sent to an identity."""

    account: str
    identity_id: int
    external_ref: str


async def add(session: Session, items: Sequence[OutboxItem]) -> None:
    await session.run_many(
        _sql.add,
        [
            {
                "id": one.id,
                "dedupe_key": one.dedupe_key,
                "kind": one.kind,
                "account": one.account,
                "identity_id": one.identity_id,
                "conversation_id": one.conversation_id,
                "message_id": one.message_id,
                "payload": msgspec.json.encode(one.payload).decode(),
                "state": str(one.state),
                "due_us": one.due_us,
                "created_us": one.created_us,
            }
            for one in items
        ],
    )


async def known_keys(session: Session, keys: Iterable[str]) -> set[str]:
    return {row["dedupe_key"] for row in await session.all(_sql.known_keys, keys=sorted(set(keys)))}


async def due(session: Session, *, account: str, now_us: int, limit: int) -> list[OutboxItem]:
    return [_item(row) for row in await session.all(_sql.due, account=account, now_us=now_us, limit=limit)]


async def due_accounts(session: Session, *, now_us: int) -> list[str]:
    """The accounts that have something to send now."""
    return [row["account"] for row in await session.all(_sql.due_accounts, now_us=now_us)]


async def in_state(session: Session, state: OutboxState, *, limit: int = 1000) -> list[OutboxItem]:
    return [_item(row) for row in await session.all(_sql.in_state, state=str(state), limit=limit)]


async def get(session: Session, outbox_id: int) -> OutboxItem | None:
    row = await session.one(_sql.by_id, id=outbox_id)
    return None if row is None else _item(row)


async def by_key(session: Session, dedupe_key: str) -> OutboxItem | None:
    row = await session.one(_sql.by_key, dedupe_key=dedupe_key)
    return None if row is None else _item(row)


async def of_message(session: Session, message_id: int) -> OutboxItem | None:
    row = await session.one(_sql.of_message, message_id=message_id)
    return None if row is None else _item(row)


async def of_messages(session: Session, message_ids: Iterable[int]) -> dict[int, OutboxItem]:
    """What was queued for some messages of ours, by their ids."""
    rows = await session.all(_sql.of_messages, message_ids=sorted(set(message_ids)))
    return {row["message_id"]: _item(row) for row in rows}


async def sent_as(session: Session, names: Iterable[SentName]) -> dict[SentName, int]:
    """The message ids of what was sent, by how the channels call it."""
    asked = set(names)
    rows = await session.all(
        _sql.sent_as,
        identity_ids=sorted({one.identity_id for one in asked}),
        external_refs=sorted({one.external_ref for one in asked}),
    )
    found = {
        SentName(account=row["account"], identity_id=row["identity_id"], external_ref=row["external_ref"]): row[
            "message_id"
        ]
        for row in rows
    }
    return {name: message_id for name, message_id in found.items() if name in asked}


async def acknowledged(session: Session, identity_ids: Iterable[int], *, since_us: int) -> dict[int, int]:
    """How many acknowledgements each of some identities was sent since a moment."""
    rows = await session.all(_sql.acknowledged, identity_ids=sorted(set(identity_ids)), since_us=since_us)
    return {row["identity_id"]: row["messages"] for row in rows}


async def settle(
    session: Session,
    item: OutboxItem,
    *,
    state: OutboxState,
    at_us: int,
    due_us: int | None = None,
    error: str = "",
    external_ref: str | None = None,
    is_attempt: bool = False,
) -> None:
    """Write what became of an item."""
    await session.run(
        _sql.settle,
        id=item.id,
        state=str(state),
        attempts=int(is_attempt),
        due_us=item.due_us if due_us is None else due_us,
        error=error[:500],
        external_ref=item.external_ref if external_ref is None else external_ref,
        changed_us=at_us,
    )


async def requeue(session: Session, outbox_id: int, *, at_us: int) -> None:
    """Have an item sent again, with all of its tries."""
    await session.run(_sql.requeue, id=outbox_id, at_us=at_us)


async def depth(session: Session) -> dict[str, int]:
    return {row["state"]: row["messages"] for row in await session.all(_sql.depth)}


def _item(row: Row) -> OutboxItem:
    return OutboxItem(
        id=row["id"],
        dedupe_key=row["dedupe_key"],
        kind=row["kind"],
        account=row["account"],
        identity_id=row["identity_id"],
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        payload=_payload.decode(row["payload"]),
        state=OutboxState(row["state"]),
        due_us=row["due_us"],
        created_us=row["created_us"],
        attempts=row["attempts"],
        error=row["error"],
        external_ref=row["external_ref"],
        changed_us=row["changed_us"],
    )
