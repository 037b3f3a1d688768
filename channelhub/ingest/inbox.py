"""`deliver`: from a channel's bytes to a committed row."""

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Deliver, Receipt
from channelhub.sdk.errors import DiskFull
from channelhub.store.blobs import INLINE_BYTES, Blobs
from channelhub.store.inbox import Delivery
from channelhub.store.opening import Store

FLOOR_CHECK_S = 1.0


class DiskFloor:
    """Refuses intake before the disk is full, so that what is stored can still be worked on."""

    def __init__(self, folder: Path, min_free_bytes: int) -> None:
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._checked_at = float("-inf")
        self._free_bytes = 0

    def check(self) -> None:
        """Raises DiskFull below the floor. Looks at the disk at most once a second."""
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= FLOOR_CHECK_S:
            disk = os.statvfs(self._folder)
            self._free_bytes = disk.f_bavail * disk.f_frsize
            self._checked_at = now
        if self._free_bytes < self._min_free_bytes:
            raise DiskFull(
                f"{self._free_bytes >> 20} MiB are free, the floor is {self._min_free_bytes >> 20} MiB: make room, "
                "or lower [hub] min_free_bytes"
            )


class Inbox:
    """Makes the `deliver` that each connector is given."""

    def __init__(
        self, store: Store, floor: DiskFloor, *, now: Callable[[], datetime], on_commit: Callable[[], None]
    ) -> None:
        self._store = store
        self._floor = floor
        self._now = now
        self._on_commit = on_commit

    def deliver_for(self, account: str) -> Deliver:
        """The `deliver` of one account; its cursors are that account's."""

        async def deliver(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
            self._floor.check()
            delivery = Delivery(
                raws=raws,
                blobs=await _store_large(self._store.blobs, raws),
                cursor=cursor,
                cursor_account=account,
                received_at=self._now(),
            )
            receipts = await self._store.writer.deliver(delivery)
            self._on_commit()
            return receipts

        return deliver


async def _store_large(blobs: Blobs, raws: Sequence[RawMessage]) -> list[str]:
    """Large bodies go to files, on disk before the row that names them."""
    names = [""] * len(raws)
    for place, raw in enumerate(raws):
        if len(raw.body) > INLINE_BYTES:
            try:
                names[place] = await asyncio.to_thread(blobs.put, raw.body)
            except OSError as exc:
                raise DiskFull(f"the blob folder can't be written: {exc.strerror}") from exc
    return names
