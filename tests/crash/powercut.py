"""What a power cut leaves of a folder: every write that was not fsynced is undone. See `powercut.c`."""

import os
import random
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

_HEAD = struct.Struct("=5q")
_BYTES, _MADE, _REPLACED, _REMOVED = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    offset: int
    size: int
    data: bytes
    second: bytes


class PowerCut:
    """Records unsynced writes below `root` by a process started with `environ`."""

    def __init__(self, root: Path, workshop: Path) -> None:
        self._root = root
        self._logs = workshop / "undo"
        self._logs.mkdir(parents=True)
        self._shim = workshop / "powercut.so"
        self._dead = workshop / "dead"
        source = Path(__file__).with_name("powercut.c")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(self._shim), str(source), "-lpthread"],
            check=True,
        )

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._shim),
            "POWERCUT_DIR": str(self._root),
            "POWERCUT_LOG": str(self._logs),
            "POWERCUT_DEAD": str(self._dead),
        }

    def die(self) -> None:
        """From now on every fsync fails, until `revive`."""
        self._dead.touch()

    def revive(self) -> None:
        self._dead.unlink()

    def strike(self, chance: random.Random | None = None) -> int:
        """Undo what was not synced, after kill -9 of the process; how many writes and names were undone.

        With `chance` the disk kept the first few unsynced changes of each file and folder, in their order.
        """
        undone = 0
        inodes = self._inodes()
        for log in sorted(self._logs.glob("file-*")):
            path = inodes.get(int(log.name.partition("-")[2]))
            if path is not None:
                undone += _undo_bytes(path, _lost(_records(log), chance))
        for log in sorted(self._logs.glob("names-*")):
            undone += _undo_names(_lost(_records(log), chance))
        for memory in self._root.rglob("*-shm"):
            memory.unlink()
        shutil.rmtree(self._logs)
        self._logs.mkdir()
        return undone

    def _inodes(self) -> dict[int, Path]:
        kept = [path for path in self._logs.iterdir() if path.name.startswith("kept-")]
        return {path.stat().st_ino: path for path in [*self._root.rglob("*"), *kept] if path.is_file()}


def _records(log: Path) -> list[_Record]:
    raw = log.read_bytes()
    found: list[_Record] = []
    at = 0
    while at + _HEAD.size <= len(raw):
        kind, offset, size, length, second = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        found.append(_Record(kind, offset, size, raw[at : at + length], raw[at + length : at + length + second]))
        at += length + second
    return found


def _lost(records: list[_Record], chance: random.Random | None) -> list[_Record]:
    """The changes to undo, the last one first."""
    kept = chance.randint(0, len(records)) if chance else 0
    return list(reversed(records[kept:]))


def _undo_bytes(path: Path, records: list[_Record]) -> int:
    with path.open("r+b") as file:
        for record in records:
            file.seek(record.offset)
            file.write(record.data)
            file.truncate(record.size)
    return len(records)


def _undo_names(records: list[_Record]) -> int:
    for record in records:
        path, kept = Path(os.fsdecode(record.data)), Path(os.fsdecode(record.second))
        if not path.parent.is_dir():
            continue  # the folder itself was removed: what was in it is gone with it
        if record.kind == _MADE:
            _forget(path)
        elif record.kind in (_REPLACED, _REMOVED):
            _forget(path)
            os.link(kept, path)
    return len(records)


def _forget(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)  # a folder whose name was lost takes all that is in it along
    else:
        path.unlink(missing_ok=True)
