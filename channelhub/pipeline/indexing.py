"""Makes findable, and comparable, what the hub knew before it had an index of it, or the index' present kind of words.

A walk in batches beside everything else. Its place is a fact, written in each batch's transaction: a hub that is
stopped goes on where it was. Whatever is saved meanwhile is indexed by that (`store/people.py`, `pipeline/desk.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from channelhub.content import terms
from channelhub.pipeline.pace import Pace
from channelhub.rules import people_search as people_words
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import clues, hub, message_texts, people, people_search
from channelhub.store.database import Session
from channelhub.store.opening import Store

RETRY_S = 10.0
REST = 3.0  # times what the batch took: a quarter of the writer's time at most
_END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Which index is made, and how."""

    name: str
    fact: str  # holds how far it is made, and by which edition of its words
    edition: int
    first: int  # the place before everything
    batch: int
    advance: Callable[[Session, int, int], Awaitable[int | None]]  # index at most so many from a place; None: all are


class Indexing:
    """Runs until cancelled; after the walk it has nothing to do."""

    def __init__(self, walk: Walk, store: Store, *, log: Logger) -> None:
        self._walk = walk
        self._store = store
        self._log = log
        self._pace = Pace(store.writer.intake_per_s)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            try:
                is_over = await self.step()
            except NotCommitted as exc:
                self._log.warning("indexing.waits", index=self._walk.name, reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if is_over:
                await loop.create_future()  # until cancelled
            took_s = loop.time() - began_s
            await self._pace.turn(worked_s=took_s)
            await asyncio.sleep(took_s * REST)

    async def step(self, *, batch: int | None = None) -> bool:
        """Index the next at most `batch`, in one transaction; whether all are."""
        walk = self._walk
        async with self._store.readers.read() as session:
            place = self._place(await hub.fact(session, walk.fact))
        if place is None:
            return True
        is_over = await self._store.writer.batch(lambda session: self._index(session, place, batch or walk.batch))
        if is_over and place != walk.first:
            self._log.info("indexing.done", index=walk.name, edition=walk.edition)
        return is_over

    async def _index(self, session: Session, place: int, batch: int) -> bool:
        following = await self._walk.advance(session, place, batch)
        until = _END if following is None else str(following)
        await hub.set_fact(session, self._walk.fact, f"{self._walk.edition}:{until}")
        return following is None

    def _place(self, fact: str | None) -> int | None:
        """Where the walk goes on; None: it came to its end. Words of another edition are made anew."""
        edition, _, until = (fact or "").partition(":")
        if edition != str(self._walk.edition):
            return self._walk.first
        return None if until == _END else int(until)


async def _people(session: Session, place: int, batch: int) -> int | None:
    rows = await people_search.known_after(session, place, limit=batch)
    known = await people.identities(session, [one.identity_id for one in rows])
    ordered = [known[one.identity_id] for one in rows if one.identity_id in known]
    await people_search.index(session, ordered)
    await clues.keep_own(session, ordered)
    return None if len(rows) < batch else rows[-1].place


async def _messages(session: Session, place: int, batch: int) -> int | None:
    """From the newest down. What stands in the index by another edition's words can't be taken out one by one."""
    if place == MESSAGES.first:
        await message_texts.empty_index(session)
    versions = await message_texts.newest_before(session, place, limit=batch)
    await message_texts.index(session, versions)
    return None if len(versions) < batch else versions[-1].id


PEOPLE: Final = Walk(
    name="people", fact=hub.PEOPLE_INDEXED_UNTIL, edition=people_words.EDITION, first=0, batch=500, advance=_people
)
MESSAGES: Final = Walk(
    name="messages", fact=hub.MESSAGES_INDEXED_UNTIL, edition=terms.EDITION, first=1 << 62, batch=200,
    advance=_messages,
)  # fmt: skip
