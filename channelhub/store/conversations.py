"""Threads on one account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    id: int
    account: str
    channel: str
    key: str
    identity_id: int  # whose words it holds: replies go to this identity and no other
    subject: str
    opened_us: int
    last_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The message that a reply answers."""

    id: int
    external_id: str
    message_ref: str
    subject: str


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Conversation]:
    rows = await session.all(_sql.by_ids, ids=sorted(set(ids)))
    return {
        row["id"]: Conversation(
            id=row["id"],
            account=row["account"],
            channel=row["channel"],
            key=row["key"],
            identity_id=row["identity_id"],
            subject=row["subject"],
            opened_us=row["opened_us"],
            last_us=row["last_us"],
        )
        for row in rows
    }


async def save(session: Session, changed: Sequence[Conversation]) -> None:
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "account": one.account,
                "channel": one.channel,
                "key": one.key,
                "identity_id": one.identity_id,
                "subject": one.subject,
                "opened_us": one.opened_us,
                "last_us": one.last_us,
            }
            for one in changed
        ],
    )


async def last_message_in(session: Session, conversation_id: int) -> Answered | None:
    row = await session.one(_sql.last_message_in, conversation_id=conversation_id)
    if row is None:
        return None
    return Answered(
        id=row["id"], external_id=row["external_id"], message_ref=row["message_ref"], subject=row["subject"]
    )
