"""Makes everybody findable, and comparable, whom the hub knew before it had the index of people, or its present words.

A walk in batches beside everything else. Its place is a fact, written in each batch's transaction: a hub that is
stopped goes on where it was. Whoever is saved meanwhile is indexed by that (`store/people.py`).
"""

import asyncio

from channelhub.pipeline.pace import Pace
from channelhub.rules.people_search import EDITION
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import clues, hub, people, people_search
from channelhub.store.database import Session
from channelhub.store.opening import Store

BATCH = 500
RETRY_S = 10.0
REST = 3.0  # times what the batch took: a quarter of the writer's time at most
_END = "end"


class PeopleIndexing:
    """Runs until cancelled; after the walk it has nothing to do."""

    def __init__(self, store: Store, *, log: Logger) -> None:
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
                self._log.warning("people.indexing_waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if is_over:
                await loop.create_future()  # until cancelled
            took_s = loop.time() - began_s
            await self._pace.turn(worked_s=took_s)
            await asyncio.sleep(took_s * REST)

    async def step(self, *, batch: int = BATCH) -> bool:
        """Index the next at most `batch` identities, in one transaction; whether all are."""
        async with self._store.readers.read() as session:
            place = _place(await hub.fact(session, hub.PEOPLE_INDEXED_UNTIL))
        if place is None:
            return True
        is_over = await self._store.writer.batch(lambda session: _index_after(session, place, batch))
        if is_over and place:
            self._log.info("people.indexed", edition=EDITION)
        return is_over


async def _index_after(session: Session, place: int, batch: int) -> bool:
    rows = await people_search.known_after(session, place, limit=batch)
    known = await people.identities(session, [one.identity_id for one in rows])
    ordered = [known[one.identity_id] for one in rows if one.identity_id in known]
    await people_search.index(session, ordered)
    await clues.keep_addresses(session, ordered)
    is_over = len(rows) < batch
    until = _END if is_over else str(rows[-1].place)
    await hub.set_fact(session, hub.PEOPLE_INDEXED_UNTIL, f"{EDITION}:{until}")
    return is_over


def _place(fact: str | None) -> int | None:
    """Behind which row the walk goes on; None: it came to its end. Words of another edition are made anew."""
    edition, _, until = (fact or "").partition(":")
    if edition != str(EDITION):
        return 0
    return None if until == _END else int(until)
