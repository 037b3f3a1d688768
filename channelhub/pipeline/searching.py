"""Search: messages by their words, people by names, addresses and phones; each with whose it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from channelhub.domain.people import Identity
from channelhub.domain.spans import Span
from channelhub.rules.message_search import Narrowing, Question, Text
from channelhub.store import message_texts, people, people_search, timeline
from channelhub.store.database import Session
from channelhub.store.message_texts import Found
from channelhub.store.timeline import Entry

MOST_RANKED = 500  # of the newest candidates: ranking all takes seconds
MOST_LOOKED_AT = 5000  # candidates outside the wanted times that a page passes over
_RANKED_CHARS = 500  # of a text, when it is compared
MOST_COMPLETED = 200  # terms that begin with a word
_LEAST_LOOKED_AT = 200  # candidates at a time, where some lie outside
_SHOWN_CHARS = 16_384  # of a text, when a passage of it is shown
_NEWEST = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a search found, with whose it is."""

    entry: Entry
    customer_id: int
    name: str
    passage: str
    marks: Sequence[Span]  # in `passage`, in characters: the words that were asked for
    version_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """A page of what a search found. `following`: continue below this version; None: there is nothing more."""

    items: Sequence[Hit] = field(default_factory=list)
    following: int | None = None


async def search(
    session: Session, words: str, *, limit: int = 20, before: int = _NEWEST, narrowing: Narrowing | None = None
) -> Hits:
    """Messages that contain the words, in any of their forms or as beginnings, the newest first.

    Where many lie outside the wanted times a page may be short, or empty, and still be followed by another.
    """
    question, wanted = Question(words), narrowing or Narrowing()
    if not (expression := await _expression(session, question, wanted)):
        return Hits()
    chunk = max(limit, _LEAST_LOOKED_AT) if wanted.has_times else limit
    found: list[Found] = []
    looked_at = 0
    while True:
        rows = await message_texts.search(session, expression, before=before, limit=chunk)
        looked_at += len(rows)
        found += [one for one in rows if wanted.has(one.at_us)]
        if len(found) >= limit:
            shown = found[:limit]
            return Hits(items=await _shown(session, question, shown), following=shown[-1].version_id)
        if len(rows) < chunk:
            return Hits(items=await _shown(session, question, found))
        before = rows[-1].version_id
        if looked_at >= MOST_LOOKED_AT:
            return Hits(items=await _shown(session, question, found), following=before)


async def most_relevant(
    session: Session, words: str, *, limit: int = 20, narrowing: Narrowing | None = None
) -> Sequence[Hit]:
    """Of the newest `MOST_RANKED` messages that contain the words those that fit best, the best first."""
    question, wanted = Question(words), narrowing or Narrowing()
    if not (expression := await _expression(session, question, wanted)):
        return []
    rows = await message_texts.search(session, expression, before=_NEWEST, limit=MOST_RANKED, chars=_RANKED_CHARS)
    found = [one for one in rows if wanted.has(one.at_us)]
    compared = [Text(subject=one.subject, text=one.text) for one in found]
    order = await asyncio.to_thread(question.ranked, compared)
    return await _shown(session, question, [found[place] for place in order[:limit]])


async def _expression(session: Session, question: Question, wanted: Narrowing) -> str:
    completed = {}
    for word in question.beginnings:
        found = await message_texts.terms_from(session, word, limit=MOST_COMPLETED + 1)
        if len(found) <= MOST_COMPLETED:
            completed[word] = found
    return question.expression(wanted, completed)


async def _shown(session: Session, question: Question, found: Sequence[Found]) -> list[Hit]:
    entries = await timeline.get_many(session, [one.message_id for one in found])
    known = await people.identities(session, [entry.identity_id for entry in entries.values()])
    owners = {one.id: one for one in await _named(session, list(known.values()))}
    texts = await message_texts.excerpts(session, [one.version_id for one in found], chars=_SHOWN_CHARS)
    kept = [one for one in found if one.message_id in entries]
    said = [texts[one.version_id] for one in kept]
    passages = await asyncio.to_thread(lambda: [question.passage(one.subject, one.text) for one in said])
    return [
        Hit(
            entry=entries[one.message_id],
            customer_id=owners[entries[one.message_id].identity_id].customer_id,
            name=owners[entries[one.message_id].identity_id].name,
            passage=passage.text,
            marks=passage.marks,
            version_id=one.version_id,
        )
        for one, passage in zip(kept, passages, strict=True)
    ]


async def people_named(session: Session, words: str, *, limit: int = 20) -> list[Identity]:
    """One identity of each customer whose name, address or phone has the words. What has no name of its own gets its
    customer's."""
    ids = await people_search.find(session, words, limit=limit * 4)
    known = await people.identities(session, ids)
    found: dict[int, Identity] = {}
    for one in ids:
        found.setdefault(known[one].customer_id, known[one])
    return await _named(session, list(found.values())[:limit])


async def _named(session: Session, found: Sequence[Identity]) -> list[Identity]:
    nameless = [one.customer_id for one in found if not one.name]
    names = await people_search.names(session, nameless) if nameless else {}
    return [one if one.name else replace(one, name=names.get(one.customer_id, "")) for one in found]
