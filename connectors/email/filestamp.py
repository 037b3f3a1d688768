"""Noticing that a file was replaced."""

from pathlib import Path

Stamp = tuple[tuple[int, int, int], ...]


def stamp_of(*files: Path) -> Stamp:
    """Differs when any of the files was written anew or replaced; empty while one can't be looked at."""
    try:
        return tuple((status.st_mtime_ns, status.st_ino, status.st_size) for status in (one.stat() for one in files))
    except OSError:
        return ()
