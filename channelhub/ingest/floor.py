"""Refuses intake before the disk is full."""

import asyncio
import os
from pathlib import Path

from channelhub.sdk.errors import DiskFull

FLOOR_CHECK_S = 1.0


class DiskFloor:
    """Refuses intake before the disk is full, so that what is stored can still be worked on.

    The disk is looked at on a thread, because on a busy one even that can take long; until it has answered, what was
    seen last holds.
    """

    def __init__(self, folder: Path, min_free_bytes: int) -> None:
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._checked_at = float("-inf")
        self._free_bytes = 0
        self._looking: asyncio.Future[int] | None = None

    def is_free(self) -> bool:
        """Whether the disk was above the floor about a second ago."""
        now = asyncio.get_running_loop().time()
        if self._checked_at == float("-inf"):
            self._free_bytes, self._checked_at = self._look(), now
        elif now - self._checked_at >= FLOOR_CHECK_S and self._looking is None:
            self._looking = asyncio.get_running_loop().run_in_executor(None, self._look)
            self._looking.add_done_callback(self._saw)
        return self._free_bytes >= self._min_free_bytes

    def check(self) -> None:
        """Raises DiskFull below the floor."""
        if not self.is_free():
            raise DiskFull(
                f"{self._free_bytes >> 20} MiB are free, the floor is {self._min_free_bytes >> 20} MiB: make room, "
                "or lower [hub] min_free_bytes"
            )

    def _look(self) -> int:
        """Free bytes; none where it can't be told."""
        try:
            disk = os.statvfs(self._folder)
        except OSError:
            return 0
        return disk.f_bavail * disk.f_frsize

    def _saw(self, looking: "asyncio.Future[int]") -> None:
        self._looking = None
        if not looking.cancelled():
            self._free_bytes, self._checked_at = looking.result(), looking.get_loop().time()
