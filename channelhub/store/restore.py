"""Putting a backup in the place of the present state, verified first, with sending paused."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channelhub.domain.times import to_us
from channelhub.store import erased_file, hub
from channelhub.store.backup import MANIFEST_FILE, Manifest, copy_file, digest_of, read_manifest
from channelhub.store.blobs import BlobMissing, Blobs
from channelhub.store.check import CheckReport, Progress, check, no_progress
from channelhub.store.database import SchemaTooNew, StoreError
from channelhub.store.migrate import migrate, migrations
from channelhub.store.places import ASIDE_PREFIX, BLOB_FOLDER, DATABASE_FILE, SECRET_FILE
from channelhub.store.sqlite import open_writing
from channelhub.store.swap import begin_restore, commit_restore, finish_restore


class BackupDamaged(StoreError):
    """The backup isn't what its manifest says; nothing was changed."""


class StateInTheWay(StoreError):
    """There is a database already; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is there now. `aside` holds the state that was there before, or is None."""

    manifest: Manifest
    report: CheckReport
    aside: Path | None


async def restore(
    source: Path,
    state_dir: Path,
    *,
    now: datetime,
    replaces: bool = False,
    accepts_damage: bool = False,
    progress: Progress = no_progress,
) -> Restored:
    """Make the backup in `source` the state; the caller holds the DatabaseLock of `state_dir`.

    Everything is copied and verified before anything changes, then changes at once: a crash leaves the old state or
    the new one, never a mixture. Nothing goes out until sending is resumed. Raises StoreError: StateInTheWay where
    there is a database and `replaces` is false, BackupDamaged unless `accepts_damage`, SchemaTooNew.
    """
    finish_restore(state_dir)
    manifest = read_manifest(source)
    newest = max(step.version for step in migrations())
    if manifest.schema > newest:
        raise SchemaTooNew(f"the backup has schema {manifest.schema}, this release knows up to {newest}")
    has_state = (state_dir / DATABASE_FILE).exists()
    if has_state and not replaces:
        raise StateInTheWay(f"there is a database in {state_dir} already: --force puts it aside and restores")
    faults = _faults_of(source, manifest)
    if DATABASE_FILE in faults or (faults and not accepts_damage):
        raise BackupDamaged(f"the backup in {source} is damaged: {', '.join(sorted(faults)[:5])}")
    folder = begin_restore(state_dir)
    try:
        for name in manifest.files:
            copy_file(source / name, folder / name)
        _copy_blobs(Blobs(source / BLOB_FOLDER), Blobs(folder / BLOB_FOLDER), manifest, progress)
        report = await check(folder, progress=progress)
        if not report.is_whole and not accepts_damage:
            first = report.damages[0]
            raise BackupDamaged(f"the backup in {source} is damaged: {first.where} {first.what}: {first.detail}")
        await _prepare(folder / DATABASE_FILE, state_dir, now)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    aside = commit_restore(state_dir, aside=f"{ASIDE_PREFIX}{now:%Y%m%dT%H%M%SZ}")
    return Restored(manifest=manifest, report=report, aside=aside if has_state else None)


def _faults_of(source: Path, manifest: Manifest) -> set[str]:
    """The files at the backup's top that aren't what the manifest says. Blobs are verified while they are copied."""
    strange = set(manifest.files) - {DATABASE_FILE, SECRET_FILE}
    if strange or DATABASE_FILE not in manifest.files:
        return {MANIFEST_FILE}
    return {name for name, digest in manifest.files.items() if not _is_same(source / name, digest)}


def _is_same(path: Path, digest: str) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _copy_blobs(source: Blobs, target: Blobs, manifest: Manifest, progress: Progress) -> None:
    """Copy what is whole; what isn't is told by the check that follows, as a row's missing file."""
    for done, name in enumerate(manifest.blobs, 1):
        try:
            target.copy(source, name)
        except BlobMissing:
            continue
        progress("files", done, len(manifest.blobs))


async def _prepare(database: Path, state_dir: Path, now: datetime) -> None:
    """Pause sending, and ask for what was erased since the backup was made to be erased again."""
    was_erased = erased_file.is_there(state_dir)
    if was_erased:
        migrate(database, now_us=to_us(now))  # an older release's backup knows no erasures
    session = await open_writing(database)
    try:
        await session.begin()
        await hub.set_fact(session, hub.SENDING_PAUSED, now.isoformat())
        if was_erased:
            await erased_file.ask_again(session, state_dir)
        await session.commit()
        await session.checkpoint()
    finally:
        await session.close()
