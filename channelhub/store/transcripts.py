"""A conversation as its customer may read it: what was said on both sides, with the files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("transcripts")
NEWEST = (1 << 62, 1 << 62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message with its newest words."""

    id: int
    external_id: str
    is_ours: bool
    at_us: int
    is_automatic: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of a message; `sha256` names its content, and is empty where that isn't here."""

    filename: str
    content_type: str
    size: int
    sha256: str


async def page(
    session: Session, conversation_id: int, *, since_us: int, before: tuple[int, int] = NEWEST, limit: int
) -> list[Line]:
    """The newest messages before a place (time, id), the newest first."""
    rows = await session.all(
        _sql.page,
        conversation_id=conversation_id,
        since_us=since_us,
        before_us=before[0],
        before_id=before[1],
        limit=limit,
    )
    return [
        Line(
            id=row["id"],
            external_id=row["external_id"],
            is_ours=row["direction"] == "out",
            at_us=row["at_us"],
            is_automatic=bool(row["is_automatic"]),
            text=row["text"],
        )
        for row in rows
    ]


async def named(session: Session, conversation_id: int, external_id: str, *, since_us: int) -> int | None:
    """The id of the customer's message that the channel calls so."""
    row = await session.one(_sql.named, conversation_id=conversation_id, external_id=external_id, since_us=since_us)
    found: int | None = None if row is None else row["id"]
    return found


async def files(session: Session, message_ids: Iterable[int]) -> dict[int, Sequence[KeptFile]]:
    """The files of some messages, each message's in order."""
    found: dict[int, list[KeptFile]] = {}
    for row in await session.all(_sql.files, message_ids=sorted(set(message_ids))):
        one = KeptFile(
            filename=row["filename"], content_type=row["content_type"], size=row["size"], sha256=row["sha256"]
        )
        found.setdefault(row["message_id"], []).append(one)
    return {message_id: tuple(kept) for message_id, kept in found.items()}
