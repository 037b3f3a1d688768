"""Bodies on their way to disk: kept under their digest, or gone."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.spooling import FOLDER, WRITE_BYTES, Spools
from channelhub.sdk.errors import DiskFull
from channelhub.store.blobs import Blobs

BODY = os.urandom(WRITE_BYTES * 2 + 17)


def spools(folder: Path, *, floor_bytes: int = 0) -> Spools:
    return Spools(Blobs(folder / "blobs"), DiskFloor(folder, floor_bytes))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "blobs").rglob("*") if path.is_file())


async def test_what_is_kept_stands_under_its_digest_however_it_came_in_pieces(tmp_path: Path) -> None:
    name = hashlib.sha256(BODY).hexdigest()
    for step in (len(BODY), 100_003):
        async with spools(tmp_path).open() as body:
            for at in range(0, len(BODY), step):
                await body.write(BODY[at : at + step])
            shown = await body.read()
            kept = await body.keep()

        assert (kept.sha256, kept.size) == (name, len(BODY))
        assert shown[:] == BODY, "it can be read after it was kept, too"
        assert Blobs(tmp_path / "blobs").get(name) == BODY
    assert files(tmp_path) == [name]


async def test_what_is_not_kept_is_gone_whatever_ended_it(tmp_path: Path) -> None:
    opened = spools(tmp_path)

    async def break_off() -> None:
        async with opened.open() as body:
            await body.write(BODY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    writing = asyncio.Event()

    async def upload() -> None:
        async with opened.open() as body:
            await body.write(BODY)
            writing.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(upload())
    await writing.wait()
    during = files(tmp_path)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(during) == 1
    assert not files(tmp_path)


async def test_what_an_earlier_process_left_is_thrown_away(tmp_path: Path) -> None:
    left = tmp_path / "blobs" / FOLDER / "1.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    spools(tmp_path)

    assert not files(tmp_path)


async def test_below_the_floor_nothing_is_begun(tmp_path: Path) -> None:
    opened = spools(tmp_path, floor_bytes=2**62)
    with pytest.raises(DiskFull):
        async with opened.open():
            pass

    assert not files(tmp_path)
