"""The floor under the free disk: seen in time, without making the event loop wait for the disk."""

import asyncio
import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from channelhub.ingest import floor as floors
from channelhub.ingest.floor import DiskFloor
from channelhub.sdk.errors import DiskFull


async def changed_to(floor: DiskFloor, is_free: bool) -> None:
    async with asyncio.timeout(60):
        while floor.is_free() is not is_free:
            await asyncio.sleep(0)


async def test_a_disk_that_fills_up_and_is_emptied_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "FLOOR_CHECK_S", 0.0)
    free = [1000]
    monkeypatch.setattr(os, "statvfs", lambda _folder: SimpleNamespace(f_bavail=free[0], f_frsize=1))
    floor = DiskFloor(tmp_path, 500)

    floor.check()
    free[0] = 499
    await changed_to(floor, is_free=False)
    with pytest.raises(DiskFull):
        floor.check()
    free[0] = 500
    await changed_to(floor, is_free=True)


async def test_a_disk_that_takes_long_to_answer_makes_nobody_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floors, "FLOOR_CHECK_S", 0.0)
    floor = DiskFloor(tmp_path, 500)
    assert floor.is_free()
    answered = threading.Event()

    def slow(_folder: Path) -> SimpleNamespace:
        answered.wait(5)
        return SimpleNamespace(f_bavail=0, f_frsize=1)

    monkeypatch.setattr(os, "statvfs", slow)
    assert all(floor.is_free() for _ in range(10))  # what was seen last holds, and the loop goes on
    answered.set()
    await changed_to(floor, is_free=False)


async def test_a_folder_that_cannot_be_looked_at_takes_nothing(tmp_path: Path) -> None:
    assert not DiskFloor(tmp_path / "gone", 1).is_free()
