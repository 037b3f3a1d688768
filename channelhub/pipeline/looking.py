"""A part of a customer's timeline: before, after or around a place, everything or what is wanted.

A filter looks at a bounded number of entries and then says how far it came, though it may have found nothing: so a page
costs the same however long the history. Entries of several identities are merged while reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.rules.looking import EVERYTHING, Wanted
from channelhub.store import albums, message_texts, timeline
from channelhub.store.database import Session
from channelhub.store.timeline import NEWEST, Entry, Looked, Place

LOOKED_AT = 5000  # entries of a page, at most
CHUNK = 500
_WHOLE_TEXT = 20  # what reading a long text counts for, in entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """At most one of `after` and `around` (an entry's id) is given; then `before` doesn't count."""

    before: Place = NEWEST
    after: Place | None = None
    around: int | None = None
    limit: int = 50
    wanted: Wanted = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The newest first. `older` continues towards the past (as `before`), `newer` towards now (as `after`); None where
    there is nothing more."""

    entries: list[Entry]
    older: Place | None
    newer: Place | None


async def part(session: Session, identity_ids: Sequence[int], look: Look) -> Part | None:
    """None where none of the identities has the entry to look around."""
    if look.around is not None:
        return await _around(session, identity_ids, look.around, look.limit)
    if look.after is not None:
        entries, newer = await _walk(session, identity_ids, look, look.after, is_older=False)
        entries.reverse()
        return Part(entries=entries, older=_place(entries[-1]) if entries else None, newer=newer)
    entries, older = await _walk(session, identity_ids, look, look.before, is_older=True)
    is_first = look.before == NEWEST
    return Part(
        entries=entries, older=older, newer=None if is_first else _place(entries[0]) if entries else look.before
    )  # fmt: skip


async def place_of(session: Session, entry_id: int) -> Entry | None:
    """The entry of a message, or that of the album it is a part of."""
    found = await timeline.get(session, entry_id)
    if found is None:
        known = await timeline.get_many(session, await albums.around(session, entry_id))
        found = next(iter(known.values()), None)
    return found


async def _around(session: Session, identity_ids: Sequence[int], entry_id: int, limit: int) -> Part | None:
    """The entry, and as many on each side."""
    middle = await place_of(session, entry_id)
    if middle is None or middle.identity_id not in identity_ids:
        return None
    half = Look(limit=max(1, limit // 2))
    later, newer = await _walk(session, identity_ids, half, _place(middle), is_older=False)
    before = (middle.at_us, middle.id + 1)
    earlier, older = await _walk(session, identity_ids, half, before, is_older=True)
    return Part(entries=[*reversed(later), *earlier], older=older, newer=newer)


async def _walk(
    session: Session, identity_ids: Sequence[int], look: Look, start: Place, *, is_older: bool
) -> tuple[list[Entry], Place | None]:
    """Entries from a place on, in the order of the walk, and where it goes on."""
    if look.wanted.is_everything:
        read = timeline.page if is_older else timeline.page_after
        found = await read(session, identity_ids, start, limit=look.limit + 1)
        return found[: look.limit], _place(found[look.limit - 1]) if len(found) > look.limit else None
    found_ids: list[tuple[int, Place]] = []
    looked_at, is_end = 0, False
    while not is_end and looked_at < LOOKED_AT:
        rows, is_end = await timeline.look(session, identity_ids, start, limit=CHUNK, is_older=is_older)
        admitted, whole_texts = await _admitted(session, rows, look.wanted)
        found_ids += [(one.id, one.place) for one in admitted]
        looked_at += len(rows) + whole_texts * _WHOLE_TEXT
        if len(found_ids) > look.limit:
            return await _entries(session, found_ids[: look.limit]), found_ids[look.limit - 1][1]
        start = rows[-1].place if rows else start
    return await _entries(session, found_ids), None if is_end else start


async def _admitted(session: Session, rows: Sequence[Looked], wanted: Wanted) -> tuple[list[Looked], int]:
    """Those of the rows that are wanted, and how many long texts were read for that."""
    some = [one for one in rows if wanted.admits(channel=one.channel, kind=one.type)]
    by_preview = {one.id for one in some if wanted.has_words(f"{one.subject}\n{one.preview}")}
    cut = [one.id for one in some if one.is_cut and one.id not in by_preview]
    texts = await message_texts.own_words(session, cut) if cut else {}
    admitted = [
        one
        for one in some
        if one.id in by_preview or (one.id in texts and wanted.has_words(f"{one.subject}\n{texts[one.id]}"))
    ]
    return admitted, len(texts)


async def _entries(session: Session, found: Sequence[tuple[int, Place]]) -> list[Entry]:
    known = await timeline.get_many(session, [entry_id for entry_id, _ in found])
    return [known[entry_id] for entry_id, _ in found if entry_id in known]


def _place(one: Entry) -> Place:
    return one.at_us, one.id
