"""The words of every version of every message, and the index that messages are found by."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.spans import Span
from channelhub.rules.message_search import indexed, marks
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
    """A message that the index knows by what was asked for. `version_id` is its place in the order of search."""

    message_id: int
    version_id: int
    at_us: int
    subject: str = ""  # where words were asked for
    text: str = ""  # as many of its first characters as were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The subject of a version and the first characters of its text."""

    subject: str
    text: str


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


async def newest_before(session: Session, place: int, *, limit: int) -> list[Version]:
    """Of each message the version that is shown, below a version's id, the last learnt first."""
    return [_version(row) for row in await session.all(_sql.newest_before, place=place, limit=limit)]


async def index(session: Session, versions: Sequence[Version]) -> None:
    """Make messages findable by the words of these versions. Those that are in the index stay as they are.

    Their messages are written before, in the same transaction at the latest: channel, writer and time come from them.
    """
    known = await _marks_of(session, versions)
    new = list({one.id: one for one in versions if one.id not in known}.values())
    rows = await session.all(_sql.about, message_ids=sorted({one.message_id for one in new})) if new else []
    about = {
        row["id"]: marks(channel=row["channel"], identity_id=row["identity_id"], at_us=row["at_us"]) for row in rows
    }
    marked = [(one, about.get(one.message_id, "")) for one in new]
    await session.run_many(_sql.remember_marks, [{"id": one.id, "marks": words} for one, words in marked])
    await session.run_many(_sql.index_terms, [_indexed(one, words) for one, words in marked])


async def unindex(session: Session, versions: Sequence[Version]) -> None:
    """Take versions out of the index; whatever isn't in it is passed over.

    The index keeps no words, so it is told them again: `versions` have the subject and text they were indexed with.
    Whoever erases a message calls this, or `remove`, before its words are changed. What FTS5 is told to delete stands
    in its segments until they are merged: `INSERT INTO message_search (message_search) VALUES ('optimize')`, or
    ('merge', pages) in steps.
    """
    known = await _marks_of(session, versions)
    gone = list({one.id: one for one in versions if one.id in known}.values())  # FTS5 breaks when told twice
    await session.run_many(_sql.unindex_terms, [_indexed(one, known[one.id]) for one in gone])
    await session.run_many(_sql.forget_marks, [{"id": one.id} for one in gone])


async def empty_index(session: Session) -> None:
    """Make no message findable."""
    await session.run(_sql.empty_index)
    await session.run(_sql.forget_all_marks)


async def remove(session: Session, message_id: int) -> None:
    """Take a message's words away, from the search too."""
    await unindex(session, (await of_messages(session, [message_id])).get(message_id, []))
    await session.run(_sql.remove, message_id=message_id)


async def search(session: Session, expression: str, *, before: int, limit: int, chars: int = 0) -> list[Found]:
    """Messages that an expression (`rules/message_search.py`) finds, below a place, those learnt last first; with
    `chars` also their subjects and as many first characters of their texts."""
    if not chars:
        rows = await session.all(_sql.places, terms=expression, before=before, limit=limit)
        return [Found(message_id=row["message_id"], version_id=row["id"], at_us=row["at_us"]) for row in rows]
    rows = await session.all(_sql.search, terms=expression, before=before, limit=limit, chars=chars)
    return [
        Found(
            message_id=row["message_id"],
            version_id=row["id"],
            at_us=row["at_us"],
            subject=row["subject"],
            text=row["text"],
        )
        for row in rows
    ]


async def terms_from(session: Session, beginning: str, *, limit: int) -> list[str]:
    """The terms in the index that begin so, in order."""
    rows = await session.all(_sql.terms_from, first=beginning, beyond=f"{beginning}\U0010ffff", limit=limit)
    return [row["term"] for row in rows]


async def excerpts(session: Session, version_ids: Iterable[int], *, chars: int) -> dict[int, Excerpt]:
    """The subjects of versions and the first characters of their texts, by id."""
    rows = await session.all(_sql.excerpts, ids=sorted(set(version_ids)), chars=chars)
    return {row["id"]: Excerpt(subject=row["subject"], text=row["text"]) for row in rows}


async def _marks_of(session: Session, versions: Sequence[Version]) -> dict[int, str]:
    if not versions:
        return {}
    rows = await session.all(_sql.marks_of, ids=sorted({one.id for one in versions}))
    return {row["version_id"]: row["marks"] for row in rows}


def _indexed(version: Version, words: str) -> dict[str, Value]:
    return {"id": version.id, "terms": indexed(version.subject, version.text, words)}


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
