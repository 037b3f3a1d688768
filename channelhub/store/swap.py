"""Putting a restored state in the place of the present one; a crash in the middle is finished at the next start.

A state directory may be a mount point or belong to another user's parent, so its parts are renamed inside it:
first everything stands complete in `restoring/` with a marker, then each part changes places.
"""

import os
import shutil
from pathlib import Path

from channelhub.store.folders import make_folder, sync_folder
from channelhub.store.places import BLOB_FOLDER, DATABASE_FILE, SECRET_FILE

RESTORING = "restoring"
_MARKER = "complete"
_LOGS = (f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm")  # of the old database: never beside the new one


def begin_restore(state_dir: Path) -> Path:
    """An empty folder to put the new state into; one that an interrupted restore left is thrown away."""
    folder = state_dir / RESTORING
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    return folder


def commit_restore(state_dir: Path, *, aside: str) -> Path:
    """The new state is complete and on disk: from here on it is the one that counts. Where the old one was put.

    `aside` names the folder for the old state, inside the state directory.
    """
    folder = state_dir / RESTORING
    with (folder / _MARKER).open("w") as marker:
        marker.write(aside)
        marker.flush()
        os.fsync(marker.fileno())
    sync_folder(folder)
    finish_restore(state_dir)
    return state_dir / aside


def finish_restore(state_dir: Path) -> None:
    """Carry a committed restore to its end; does nothing where there is none. The caller holds the lock."""
    folder = state_dir / RESTORING
    if not (folder / _MARKER).is_file():
        return
    aside = state_dir / (folder / _MARKER).read_text().strip()
    make_folder(aside)
    for name in _LOGS:
        _move(state_dir / name, aside / name)
    for name in (DATABASE_FILE, BLOB_FOLDER, SECRET_FILE):
        if (folder / name).exists():
            _move(state_dir / name, aside / name)
            sync_folder(aside)
            _move(folder / name, state_dir / name)
    sync_folder(state_dir)
    shutil.rmtree(folder)
    sync_folder(state_dir)


def _move(source: Path, target: Path) -> None:
    if source.exists():
        source.rename(target)
