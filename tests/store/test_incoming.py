"""Files on their way in: whole under their digest, or not there at all."""

import asyncio
import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from channelhub.sdk.errors import DiskFull
from channelhub.store import incoming
from channelhub.store.blobs import Blobs
from channelhub.store.incoming import IncomingFile, clear_incoming, incoming_file, open_incoming

PIECES = (b"abc" * 100_000, b"", b"def")
NAME = hashlib.sha256(b"".join(PIECES)).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_a_whole_file_gets_its_digest_as_its_name(blobs: Blobs) -> None:
    file = open_incoming(blobs, "1-0")
    for piece in PIECES:
        file.write(piece)
    file.keep(blobs, NAME)
    file.close()

    assert blobs.get(NAME) == b"".join(PIECES)
    assert blobs.names() == [NAME]
    assert stat.S_IMODE(blobs.path(NAME).stat().st_mode) == 0o600


def test_a_file_has_its_name_only_after_its_bytes_are_on_disk(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    file = open_incoming(blobs, "1-0")
    file.write(b"abc")
    name, done = hashlib.sha256(b"abc").hexdigest(), []
    folder = blobs.path(name).parent
    folder.mkdir()
    sync = os.fsync

    def noted(handle: int) -> None:
        done.append((Path(f"/proc/self/fd/{handle}").readlink().name, blobs.path(name).exists()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    file.keep(blobs, name)

    assert done.index(("1-0.part", False)) < done.index((folder.name, True))
    file.close()


def test_what_was_not_kept_is_gone(blobs: Blobs) -> None:
    file = open_incoming(blobs, "1-0")
    file.write(b"half")
    file.close()

    assert not [path for path in blobs.folder.rglob("*") if path.is_file()]


def test_the_same_content_twice_is_one_file(blobs: Blobs) -> None:
    blobs.put(b"".join(PIECES))
    file = open_incoming(blobs, "1-0")
    for piece in PIECES:
        file.write(piece)
    file.keep(blobs, NAME)
    file.close()

    assert blobs.names() == [NAME]


def test_a_thread_that_writes_late_writes_nowhere(blobs: Blobs) -> None:
    """Its caller was cancelled: the handle's number may belong to another file by now."""
    file = open_incoming(blobs, "1-0")
    file.close()
    other = open_incoming(blobs, "1-1")
    file.write(b"late")
    file.keep(blobs, NAME)

    assert (blobs.folder / "incoming" / "1-1.part").read_bytes() == b""
    assert blobs.names() == []
    other.close()


def test_a_full_disk_is_told_from_a_broken_one(tmp_path: Path) -> None:
    full = tmp_path / "x.part"
    full.symlink_to("/dev/full")
    file = IncomingFile(full)

    with pytest.raises(DiskFull):
        file.write(b"x")
    file.close()


def test_what_is_under_way_is_no_file_of_ours(blobs: Blobs) -> None:
    file = open_incoming(blobs, "1-0")
    assert blobs.names() == []

    file.close()
    clear_incoming(blobs)
    assert not (blobs.folder / "incoming").exists()


async def test_who_is_cancelled_while_a_file_is_opened_leaves_none(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    opened: list[IncomingFile] = []

    def slowly(blobs: Blobs, name: str, subfolder: str) -> IncomingFile:
        opened.append(open_incoming(blobs, name, subfolder))
        begun.set()
        go_on.wait(60)
        return opened[0]

    async def open_it() -> None:
        async with incoming_file(blobs, "1-0"):
            pytest.fail("it was cancelled before")

    monkeypatch.setattr(incoming, "open_incoming", slowly)
    task = asyncio.create_task(open_it())
    await asyncio.to_thread(begun.wait, 60)
    task.cancel()
    asyncio.get_running_loop().call_soon(go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert len(opened) == 1
    assert not list((blobs.folder / "incoming").iterdir())
