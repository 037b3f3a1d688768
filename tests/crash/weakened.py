"""`channelhub` with one of its safeguards removed, to prove that the power-cut test sees it: WEAKENING ARGS…

Run as a script by the tests; the product has no switch for this.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import channelhub.app.service  # noqa: F401 - everything is loaded before it is weakened
from channelhub.cli.frame import main
from channelhub.store import blobs, sqlite


def _write_unsynced(_self: blobs.Blobs, path: Path, pieces: Iterable[bytes]) -> int:
    return path.write_bytes(b"".join(pieces))


def synchronous_normal() -> None:
    weaker = [pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in sqlite._WRITING]
    sqlite._WRITING = tuple(weaker)  # type: ignore[assignment]


def unsynced_blobs() -> None:
    blobs.Blobs._write = _write_unsynced  # type: ignore[method-assign]


def unsynced_folders() -> None:
    blobs.sync_folder = lambda _folder: None  # type: ignore[attr-defined]


if __name__ == "__main__":
    weakening = sys.argv.pop(1)
    {"synchronous-normal": synchronous_normal, "unsynced-blobs": unsynced_blobs, "unsynced-folders": unsynced_folders}[
        weakening
    ]()
    main(sys.argv[1:])
