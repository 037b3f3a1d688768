"""Files that no row names: left by a crash between a file and its commit, by a delivery that was refused after its body
was stored, or by one that came again after it was erased. Nobody sees them, yet customers' words are in them.
"""

import asyncio

from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import erasing
from channelhub.store.blobs import SHELVES
from channelhub.store.database import Session
from channelhub.store.opening import Store

EVERY_S = 86_400.0
BEGIN_AFTER_S = 300.0  # a hub that starts has better things to do
RETRY_S = 600.0
REST_S = 0.2  # after each shelf


async def sweep(store: Store, shelf: int) -> int:
    """Remove the files of one shelf that no row names, none that somebody may be about to name, and half files of an
    earlier process; how many went. Raises NotCommitted."""
    blobs = store.blobs
    parts = await asyncio.to_thread(blobs.remove_parts, shelf)
    found = await asyncio.to_thread(blobs.left_over, shelf)
    async with store.readers.read() as session:
        candidates = set(found) - await erasing.named(session, found)

    async def remove(session: Session) -> int:
        """Within a transaction: nothing is committed between the question and the removal."""
        return blobs.remove_left_over(candidates - await erasing.still_named(session, sorted(candidates)))

    return parts + (await store.writer.batch(remove) if candidates else 0)


class UnnamedFiles:
    """Sweeps once a day until cancelled."""

    def __init__(self, store: Store, *, log: Logger) -> None:
        self._store = store
        self._log = log

    async def run(self, *, rest_s: float = REST_S) -> None:
        await asyncio.sleep(BEGIN_AFTER_S)
        while True:
            try:
                await self.sweep(rest_s=rest_s)
            except NotCommitted as exc:
                self._log.warning("files.wait", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(EVERY_S)

    async def sweep(self, *, rest_s: float = REST_S) -> int:
        """Every shelf once; how many files went. Raises NotCommitted."""
        gone = 0
        for shelf in range(SHELVES):
            gone += await sweep(self._store, shelf)
            await asyncio.sleep(rest_s)
        if gone:
            self._log.info("files.removed", unnamed=gone)
        return gone
