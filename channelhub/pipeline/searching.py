"""Search: messages by their words, people by names, addresses and phones; each with whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channelhub.domain.people import Identity
from channelhub.store import message_texts, people, people_search, timeline
from channelhub.store.database import Session
from channelhub.store.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a search found, with whose it is."""

    entry: Entry
    customer_id: int
    name: str
    snippet: str
    version_id: int  # continue a search below this


async def search(session: Session, words: str, *, limit: int = 20, before: int = 1 << 62) -> list[Hit]:
    """Messages that contain the words, the newest first."""
    found = await message_texts.search(session, words, before=before, limit=limit)
    entries = await timeline.get_many(session, [one.message_id for one in found])
    known = await people.identities(session, [entry.identity_id for entry in entries.values()])
    owners = {one.id: one for one in await _named(session, list(known.values()))}
    return [
        Hit(
            entry=entries[one.message_id],
            customer_id=owners[entries[one.message_id].identity_id].customer_id,
            name=owners[entries[one.message_id].identity_id].name,
            snippet=one.snippet,
            version_id=one.version_id,
        )
        for one in found
        if one.message_id in entries
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
