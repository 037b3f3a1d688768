"""A copy of the state while the daemon works: first the database as it is at one moment, then the files it names.

Files are never changed once they are there, so copying them after the database gives one consistent whole.
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from channelhub.store import inbox
from channelhub.store.blobs import BlobMissing, Blobs
from channelhub.store.check import Progress, attached, no_progress, schema
from channelhub.store.database import Session, StoreError
from channelhub.store.folders import make_folder, sync_folder
from channelhub.store.opening import reading
from channelhub.store.places import BLOB_FOLDER, DATABASE_FILE, SECRET_FILE
from channelhub.store.sqlite import BUSY_TIMEOUT_MS

MANIFEST_FILE = "manifest.json"
FORMAT = 1
PAGES_A_STEP = 1000
CHUNK_BYTES = 1024 * 1024
PAGE = 500


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `files` are digests in hex of the files at its top; `blobs` are the names of large bodies
    and attachments with their sizes in bytes; `damaged` those that were damaged or gone already when it was made."""

    format: int
    made_at: datetime
    schema: int
    deliveries: int
    files: Mapping[str, str]
    blobs: Mapping[str, int]
    damaged: tuple[str, ...] = ()


async def backup(state_dir: Path, target: Path, *, now: datetime, progress: Progress = no_progress) -> Manifest:
    """Write a backup to the folder `target`, which must not exist; it appears there only when it is whole and on disk.

    Raises StoreError when there is no database or the target can't be used, OSError when the disk refuses.
    """
    if not (state_dir / DATABASE_FILE).is_file():
        raise StoreError(f"there is no database in {state_dir}")
    part = _begin(target)
    copy_database(state_dir / DATABASE_FILE, part / DATABASE_FILE, progress=progress)
    files = {DATABASE_FILE: digest_of(part / DATABASE_FILE)}
    if (state_dir / SECRET_FILE).is_file():
        copy_file(state_dir / SECRET_FILE, part / SECRET_FILE)
        files[SECRET_FILE] = digest_of(part / SECRET_FILE)
    async with reading(part) as session:
        names, deliveries = await _named_files(session)
        version = await schema(session)
    blobs, damaged = _copy_blobs(Blobs(state_dir / BLOB_FOLDER), Blobs(part / BLOB_FOLDER), names, progress)
    manifest = Manifest(
        format=FORMAT, made_at=now, schema=version, deliveries=deliveries, files=files, blobs=blobs, damaged=damaged
    )
    with _new_file(part / MANIFEST_FILE) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)))
    _finish(part, target)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a backup says it holds. Raises StoreError when it is none that this release can read."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST_FILE).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as exc:
        raise StoreError(f"{folder} is no backup: its {MANIFEST_FILE} can't be read ({exc})") from exc
    if manifest.format != FORMAT:
        raise StoreError(f"the backup has format {manifest.format}, this release reads {FORMAT}")
    return manifest


def copy_database(source: Path, target: Path, *, progress: Progress = no_progress) -> None:
    """Copy a database as it is at one moment; it may be written to meanwhile. SQLite has fsynced the copy."""
    with closing(_open_reading(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on one snapshot
        original.backup(
            copy, pages=PAGES_A_STEP, progress=lambda _, left, total: progress("database", total - left, total)
        )
        original.rollback()
        copy.execute("PRAGMA journal_mode=DELETE")  # one file; the daemon turns WAL on again
    target.chmod(0o600)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of any size for its user only, on disk when this returns; its folder is the caller's to sync."""
    with source.open("rb") as original, _new_file(target) as copy:
        shutil.copyfileobj(original, copy, CHUNK_BYTES)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written, fsynced at the end."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begin(target: Path) -> Path:
    """The folder in which the backup grows; what an interrupted one left there is thrown away."""
    if target.exists():
        raise StoreError(f"{target} exists already: name a new folder for the backup")
    part = target.absolute().with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    make_folder(part)
    return part


def _finish(part: Path, target: Path) -> None:
    sync_folder(part)
    part.rename(target)
    sync_folder(part.parent)


def _open_reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection


async def _named_files(session: Session) -> tuple[list[str], int]:
    """The files that rows name, and how many deliveries there are."""
    names: set[str] = set()
    deliveries = after = 0
    while page := await inbox.page_of_files(session, after=after, limit=PAGE):
        names |= {blob for _, blob in page if blob}
        deliveries += len(page)
        after = page[-1][0]
    names |= {name async for name in attached(session)}
    return sorted(names), deliveries


def _copy_blobs(
    source: Blobs, target: Blobs, names: list[str], progress: Progress
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Copy and verify files; those copied with their sizes, and those that can't be had."""
    copied: dict[str, int] = {}
    damaged: list[str] = []
    for done, name in enumerate(names, 1):
        try:
            copied[name] = target.copy(source, name)
        except BlobMissing:
            damaged.append(name)
        progress("files", done, len(names))
    return copied, tuple(damaged)
