"""The files that a path of the command line stands for: itself, or what lies in a folder, in a stable order."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path


def files_below(folder: Path, *, is_wanted: Callable[[str], bool]) -> Iterator[str]:
    """Paths of wanted file names in `folder` and below, folder by folder, sorted. Holds one folder's names at a time.

    Hidden files and folders are left out, links to folders aren't followed. Raises OSError where the first folder
    can't be listed; a folder further down that can't be is reported as a path of its own, which can't be opened.
    """
    names: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif is_wanted(entry.name) and entry.is_file():
                names.append(entry.name)
    for name in sorted(names):
        yield str(folder / name)
    for name in sorted(folders):
        try:
            yield from files_below(folder / name, is_wanted=is_wanted)
        except OSError:
            yield str(folder / name)
