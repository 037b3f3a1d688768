"""Threads on one account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.store.database import Row, Session
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
    subjects: tuple[str, ...] = ()  # digests (rules.subjects) of those used in it, ours included
    messages: int = 0  # how many came in
    merged_into: int | None = None  # the conversation that it turned out to be a part of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The message that a reply answers."""

    id: int
    channel: str
    external_id: str
    message_ref: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswer:
    """What a person of ours said last in a conversation."""

    id: int
    at_us: int
    text: str


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Conversation]:
    """The conversations with these ids, and those that they were made a part of."""
    found: dict[int, Conversation] = {}
    wanted = set(ids)
    while wanted:
        rows = await session.all(_sql.by_ids, ids=sorted(wanted))
        found |= {row["id"]: _conversation(row) for row in rows}
        wanted = {one.merged_into for one in found.values() if one.merged_into is not None} - set(found) - wanted
    return found


def present(known: Mapping[int, Conversation], conversation_id: int) -> Conversation | None:
    """The conversation that an id names today: every former id keeps leading to it."""
    found = known.get(conversation_id)
    while found is not None and found.merged_into is not None:
        found = known.get(found.merged_into)
    return found


async def newest_of(session: Session, identity_id: int, *, since_us: int, limit: int) -> list[Conversation]:
    """A sender's conversations since a moment, the newest first."""
    rows = await session.all(_sql.newest_of, identity_id=identity_id, since_us=since_us, limit=limit)
    return [_conversation(row) for row in rows]


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
                "subjects": " ".join(one.subjects),
                "opened_us": one.opened_us,
                "last_us": one.last_us,
                "messages": one.messages,
                "merged_into": one.merged_into,
            }
            for one in changed
        ],
    )


async def heard_us(session: Session, conversation_id: int) -> int | None:
    """When the customer last wrote in it; None where they never did."""
    row = await session.one(_sql.heard, conversation_id=conversation_id)
    heard: int | None = None if row is None else row["at_us"]
    return heard


async def last_message_in(session: Session, conversation_id: int) -> Answered | None:
    row = await session.one(_sql.last_message_in, conversation_id=conversation_id)
    if row is None:
        return None
    return Answered(
        id=row["id"],
        channel=row["channel"],
        external_id=row["external_id"],
        message_ref=row["message_ref"],
        subject=row["subject"],
    )


async def last_answer(session: Session, conversation_id: int) -> LastAnswer | None:
    row = await session.one(_sql.last_answer, conversation_id=conversation_id)
    return None if row is None else LastAnswer(id=row["id"], at_us=row["at_us"], text=row["text"])


async def message_ids(session: Session, conversation_id: int, *, before: tuple[int, int], limit: int) -> list[int]:
    """Its messages before a place (time, id), the newest first."""
    rows = await session.all(
        _sql.entries, conversation_id=conversation_id, before_us=before[0], before_id=before[1], limit=limit
    )
    return [row["id"] for row in rows]


async def mails_of(session: Session, conversation_id: int, *, answered_id: int, limit: int) -> list[str]:
    """The Message-IDs of a conversation's mails up to one, in and out, oldest first: the last of them."""
    rows = await session.all(_sql.mails_of, conversation_id=conversation_id, answered_id=answered_id, limit=limit)
    return [row["message_ref"] for row in reversed(rows)]


def _conversation(row: Row) -> Conversation:
    return Conversation(
        id=row["id"],
        account=row["account"],
        channel=row["channel"],
        key=row["key"],
        identity_id=row["identity_id"],
        subject=row["subject"],
        subjects=tuple(row["subjects"].split()),
        opened_us=row["opened_us"],
        last_us=row["last_us"],
        messages=row["messages"],
        merged_into=row["merged_into"],
    )
