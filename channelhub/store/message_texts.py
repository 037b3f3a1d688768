"""The words of every version of every message, and the search among them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.spans import Span
from channelhub.store.database import Row, Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("message_texts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The words of one version. `id` orders versions by when we learnt them; the search index uses it."""

    id: int
    message_id: int
    revision: int
    at_us: int
    inbox_id: int
    subject: str
    text: str
    reply_text: str | None
    html: str
    hidden: tuple[Span, ...] = ()  # what of `text` the reply lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The first characters of one version; `hidden` may reach beyond them."""

    revision: int
    at_us: int
    subject: str
    text: str
    hidden: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A hit of the full-text search."""

    message_id: int
    version_id: int
    at_us: int
    snippet: str


async def add(session: Session, versions: Sequence[Version]) -> None:
    await session.run_many(_sql.add_text, [_version_row(one) for one in versions])


async def rewrite(session: Session, version: Version) -> None:
    row = _version_row(version)
    await session.run(
        _sql.rewrite_text,
        **{name: row[name] for name in ("message_id", "revision", "subject", "text", "reply_text", "html", "hidden")},
    )


async def of_messages(session: Session, message_ids: Iterable[int]) -> dict[int, list[Version]]:
    """Every version of some messages, the newest first."""
    found: dict[int, list[Version]] = {}
    for row in await session.all(_sql.texts, message_ids=sorted(set(message_ids))):
        found.setdefault(row["message_id"], []).append(_version(row))
    return found


async def beginnings(session: Session, message_ids: Iterable[int], *, chars: int) -> dict[int, list[Beginning]]:
    """At most `chars` characters of every version of some messages, the newest first."""
    found: dict[int, list[Beginning]] = {}
    for row in await session.all(_sql.beginnings, message_ids=sorted(set(message_ids)), chars=chars):
        one = Beginning(
            revision=row["revision"],
            at_us=row["at_us"],
            subject=row["subject"],
            text=row["text"],
            hidden=tuple((start, end) for start, end in json.loads(row["hidden"])),
        )
        found.setdefault(row["message_id"], []).append(one)
    return found


async def own_words(session: Session, message_ids: Iterable[int]) -> dict[int, str]:
    """What is new in the newest version of messages: of each the first 20,000 characters."""
    rows = await session.all(_sql.own_words, message_ids=sorted(set(message_ids)))
    return {row["message_id"]: row["words"] for row in rows}


async def index(session: Session, versions: Sequence[Version]) -> None:
    """Make the words of versions findable."""
    await session.run_many(_sql.index_text, [_indexed(one) for one in versions])


async def unindex(session: Session, versions: Sequence[Version]) -> None:
    await session.run_many(_sql.unindex_text, [_indexed(one) for one in versions])


async def remove(session: Session, message_id: int) -> None:
    """Take a message's words away, from the search too."""
    found = (await of_messages(session, [message_id])).get(message_id, [])
    await unindex(session, found[:1])
    await session.run(_sql.remove, message_id=message_id)


async def search(session: Session, words: str, *, before: int, limit: int) -> list[Found]:
    """Messages that contain all the words (the last one as a beginning), the newest first."""
    match = " ".join('"' + word.replace('"', '""') + '"' for word in words.split())
    if not match:
        return []
    rows = await session.all(_sql.search, words=f"{match}*", before=before, limit=limit)
    return [
        Found(message_id=row["message_id"], version_id=row["id"], at_us=row["at_us"], snippet=row["snippet"])
        for row in rows
    ]


def _indexed(version: Version) -> dict[str, Value]:
    return {"id": version.id, "subject": version.subject, "text": version.text}


def _version_row(one: Version) -> dict[str, Value]:
    return {
        "id": one.id,
        "message_id": one.message_id,
        "revision": one.revision,
        "at_us": one.at_us,
        "inbox_id": one.inbox_id,
        "subject": one.subject,
        "text": one.text,
        "reply_text": one.reply_text,
        "html": one.html,
        "hidden": as_json(one.hidden),
    }


def _version(row: Row) -> Version:
    return Version(
        id=row["id"],
        message_id=row["message_id"],
        revision=row["revision"],
        at_us=row["at_us"],
        inbox_id=row["inbox_id"],
        subject=row["subject"],
        text=row["text"],
        reply_text=row["reply_text"],
        html=row["html"],
        hidden=tuple((start, end) for start, end in json.loads(row["hidden"])),
    )
