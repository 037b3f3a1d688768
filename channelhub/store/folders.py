"""Folders whose names survive a power cut: a new name is on disk only after its parent folder was fsynced."""

import contextlib
import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, for its user only; its name is on disk when this returns.

    One that was there is fsynced again: an earlier process may have been killed right after making it. Where it
    was made for us in a place that we may not read, that is its maker's concern.
    """
    if folder.is_dir():
        with contextlib.suppress(PermissionError):
            sync_folder(folder.absolute().parent)
        return
    if not folder.parent.is_dir():
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.absolute().parent)


def sync_folder(folder: Path) -> None:
    """fsync a folder: names made, changed or removed in it are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
