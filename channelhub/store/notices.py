"""Notices: their texts, who approved them, who is on their lists, and when an account may send its next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.notices import NoticeKind, NoticeState, NoticeText
from channelhub.domain.people import IdentityKey
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("notices")
_texts = msgspec.json.Decoder(dict[str, NoticeText])


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as stored; times in microseconds UTC. `texts` by language (ISO 639-1)."""

    id: int
    outage_id: int
    kind: NoticeKind
    state: NoticeState
    version: int
    texts: Mapping[str, NoticeText]
    author: str
    created_us: int
    approver: str = ""
    approved_us: int | None = None
    closed_by: str = ""
    closed_us: int | None = None
    finished_us: int | None = None  # when everybody known by then had been told


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address on a notice's list; nobody may have written from it yet."""

    identity_id: int
    key: IdentityKey
    shown: str


async def add(
    session: Session,
    *,
    outage_id: int,
    kind: NoticeKind,
    texts: Mapping[str, NoticeText],
    author: str,
    at_us: int,
) -> int:
    """Keep a draft; its id."""
    row = await session.one(
        _sql.add, outage_id=outage_id, kind=str(kind), texts=as_json(texts), author=author, created_us=at_us
    )
    assert row is not None
    return int(row["id"])


async def change(session: Session, notice: Notice) -> None:
    """Write its texts, state and who brought it there."""
    await session.run(
        _sql.change,
        id=notice.id,
        state=str(notice.state),
        version=notice.version,
        texts=as_json(notice.texts),
        approver=notice.approver,
        approved_us=notice.approved_us,
        closed_by=notice.closed_by,
        closed_us=notice.closed_us,
        finished_us=notice.finished_us,
    )


async def get(session: Session, notice_id: int) -> Notice | None:
    row = await session.one(_sql.by_id, id=notice_id)
    return None if row is None else _notice(row)


async def of_outage(session: Session, outage_id: int, *, limit: int = 100) -> list[Notice]:
    """An outage's notices, the newest first."""
    return [_notice(row) for row in await session.all(_sql.of_outage, outage_id=outage_id, limit=limit)]


async def page(session: Session, *, before: int, limit: int) -> list[Notice]:
    """The newest notices of every outage, older than `before`."""
    return [_notice(row) for row in await session.all(_sql.page, before=before, limit=limit)]


async def going_on(session: Session, *, since_us: int, limit: int = 1000) -> list[Notice]:
    """Those that go on to whoever is attached, the oldest first; the end of an outage if it was approved since then."""
    rows = await session.all(_sql.going_on, since_us=since_us, limit=limit)
    return [_notice(row) for row in rows]


async def family(session: Session, outage_id: int) -> list[int]:
    """The ids of every notice of an outage, and of those that were merged into it; drafts apart."""
    return [row["id"] for row in await session.all(_sql.family, outage_id=outage_id)]


async def add_to_list(session: Session, notice_id: int, addresses: Sequence[Listed]) -> None:
    await session.run_many(
        _sql.add_to_list,
        [
            {
                "notice_id": notice_id,
                "identity_id": one.identity_id,
                "kind": one.key.kind,
                "scope": one.key.scope,
                "value": one.key.value,
                "shown": one.shown,
            }
            for one in addresses
        ],
    )


async def list_size(session: Session, notice_id: int) -> int:
    """How many addresses are on a notice's list."""
    row = await session.one(_sql.list_size, notice_id=notice_id)
    return 0 if row is None else int(row["addresses"])


async def slots(session: Session, accounts: Iterable[str]) -> dict[str, int]:
    """When each account may send its next notice; an account that never sent one is left out."""
    rows = await session.all(_sql.slots, accounts=sorted(set(accounts)))
    return {row["account"]: row["next_us"] for row in rows}


async def save_slots(session: Session, next_us: Mapping[str, int]) -> None:
    await session.run_many(_sql.save_slot, [{"account": name, "next_us": at_us} for name, at_us in next_us.items()])


async def checkpoint(session: Session) -> int | None:
    """The event up to which words that decline were looked for; None before the first look."""
    row = await session.one(_sql.checkpoint)
    return None if row is None else int(row["event_id"])


async def move_checkpoint(session: Session, event_id: int) -> None:
    await session.run(_sql.move_checkpoint, event_id=event_id)


def _notice(row: Row) -> Notice:
    return Notice(
        id=row["id"],
        outage_id=row["outage_id"],
        kind=NoticeKind(row["kind"]),
        state=NoticeState(row["state"]),
        version=row["version"],
        texts=_texts.decode(row["texts"]),
        author=row["author"],
        created_us=row["created_us"],
        approver=row["approver"],
        approved_us=row["approved_us"],
        closed_by=row["closed_by"],
        closed_us=row["closed_us"],
        finished_us=row["finished_us"],
    )
