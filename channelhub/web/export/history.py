"""A customer's whole history, read page by page, so that no snapshot of the database is held for long."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from channelhub.domain.people import Identity
from channelhub.pipeline.albums import ALBUM
from channelhub.pipeline.card import present_customer
from channelhub.store import albums, messages, people, timeline
from channelhub.store.opening import Store
from channelhub.store.timeline import NEWEST, Entry

PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A customer with all identities, and where the history ends that is exported: later entries stay out, so that
    every part of the archive tells of the same ones."""

    customer_id: int
    identities: Sequence[Identity]
    until: tuple[int, int]

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.identities]


async def whose(store: Store, customer_id: int) -> Whose | None:
    """The customer of an id that they have or had; None when there is none."""
    async with store.readers.read() as session:
        present = await present_customer(session, customer_id)
        if present is None:
            return None
        identities = await people.of_customer(session, present)
        newest = await timeline.page(session, [one.id for one in identities], limit=1)
    until = (newest[0].at_us, newest[0].id + 1) if newest else NEWEST
    return Whose(customer_id=present, identities=identities, until=until)


async def entries(store: Store, one: Whose) -> AsyncIterator[list[Entry]]:
    """Pages of the timeline, the newest first."""
    before = one.until
    while True:
        async with store.readers.read() as session:
            found = await timeline.page(session, one.ids, before=before, limit=PAGE)
        if found:
            yield found
            before = (found[-1].at_us, found[-1].id)
        if len(found) < PAGE:
            return


async def message_ids(store: Store, one: Whose) -> AsyncIterator[int]:
    """Every message behind the timeline, the newest first; of an album's entry all of its messages."""
    async for page in entries(store, one):
        async with store.readers.read() as session:
            ids = [
                message_id
                for entry in page
                for message_id in (await albums.around(session, entry.id) if ALBUM in entry.flags else [entry.id])
            ]
            known = await messages.get_many(session, ids)
        for message_id in ids:
            if message_id in known:
                yield message_id
