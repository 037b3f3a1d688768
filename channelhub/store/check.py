"""`fsck`: is every byte that was stored still what it was? SQLite has no checksums of its own; we keep digests."""

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from channelhub.store import inbox, timeline_counts
from channelhub.store.blobs import BlobMissing, Blobs
from channelhub.store.database import Session, StoreError
from channelhub.store.opening import reading
from channelhub.store.places import BLOB_FOLDER, DATABASE_FILE
from channelhub.store.sqlfile import Queries
from channelhub.store.timeline_counts import Difference

_sql = Queries.of("check")
PAGE = 200
MOST_DAMAGES = 1000  # a file that is torn all over needs no longer list

Progress = Callable[[str, int, int], None]  # what is looked at, how far, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that isn't what was stored. `where`: database, reference, inbox, attachment or timeline."""

    where: str
    what: str  # the id or name of the damaged thing; empty for the database itself
    detail: str


@dataclass(slots=True, kw_only=True)
class CheckReport:
    """What was looked at and what was found. `unused` counts files that no row names: harmless, and removed in time."""

    deliveries: int = 0
    files: int = 0
    unused: int = 0
    damages: list[Damage] = field(default_factory=list)
    miscounts: list[Difference] = field(default_factory=list)  # nothing is lost: they can be counted anew

    @property
    def is_whole(self) -> bool:
        return not self.damages

    def add(self, where: str, what: str, detail: str) -> None:
        if len(self.damages) < MOST_DAMAGES:
            self.damages.append(Damage(where=where, what=what, detail=detail))


def no_progress(_what: str, _done: int, _total: int) -> None:
    """For callers that show none."""


async def check(state_dir: Path, *, progress: Progress = no_progress) -> CheckReport:
    """Verify a state directory by reading only; a daemon may be running on it. Raises StoreError without a database.

    A database that can't be read at all is damage, not an error.
    """
    if not (state_dir / DATABASE_FILE).is_file():
        raise StoreError(f"there is no database in {state_dir}")
    report = CheckReport()
    try:
        async with reading(state_dir) as session:
            await _check(session, state_dir, report, progress)
    except sqlite3.DatabaseError as exc:
        report.add("database", "", str(exc))
    return report


async def _check(session: Session, state_dir: Path, report: CheckReport, progress: Progress) -> None:
    blobs = Blobs(state_dir / BLOB_FOLDER)
    progress("database", 0, 1)
    await _check_database(session, report)
    progress("database", 1, 1)
    named = await _check_deliveries(session, blobs, report, progress)
    async for name in attached(session):
        if name not in named:
            named.add(name)
            _check_file(blobs, name, "attachment", name, report)
        progress("attachments", len(named), len(named))
    for row in await session.all(_sql.entries_without_message, limit=MOST_DAMAGES):
        report.add("timeline", str(row["id"]), "its message is gone")
    if await schema(session) >= timeline_counts.SINCE_SCHEMA:  # a backup may be of an older release
        report.miscounts = await timeline_counts.differing(session, limit=MOST_DAMAGES)
    report.files = len(named)
    report.unused = len(set(blobs.names()) - named)


async def _check_database(session: Session, report: CheckReport) -> None:
    for row in await session.all(_sql.integrity):
        if row["integrity_check"] != "ok":
            report.add("database", "", str(row["integrity_check"]))
    for row in await session.all(_sql.broken_references):
        report.add("reference", f"{row['table']} {row['rowid']}", f"names a row of {row['parent']} that isn't there")


async def _check_deliveries(session: Session, blobs: Blobs, report: CheckReport, progress: Progress) -> set[str]:
    """Compare every raw message with its digest; the files that were looked at."""
    named: set[str] = set()
    newest = await inbox.newest_id(session)
    after = 0
    while page := await inbox.digests(session, after=after, limit=PAGE):
        for inbox_id, delivery_id, body, blob, digest in page:
            if not (delivery_id or body or blob or digest):
                continue  # erased: only its place is left; older releases have no column that says so
            what = f"{inbox_id} ({delivery_id})"
            if blob:
                named.add(blob)
                if blob != digest.hex():
                    report.add("inbox", what, f"names the file {blob}, but its digest is {digest.hex()}")
                _check_file(blobs, blob, "inbox", what, report)
            elif body is None or hashlib.sha256(body).digest() != digest:
                report.add("inbox", what, "the stored bytes have another digest than when they were received")
        report.deliveries += len(page)
        after = page[-1][0]
        progress("deliveries", after, newest)
    return named


def _check_file(blobs: Blobs, name: str, where: str, what: str, report: CheckReport) -> None:
    try:
        for _ in blobs.pieces(name):
            pass
    except BlobMissing as exc:
        report.add(where, what, str(exc))


async def attached(session: Session) -> AsyncIterator[str]:
    """The files that attachments name, each once."""
    after = ""
    while page := await session.all(_sql.attached, after=after, limit=PAGE):
        for row in page:
            yield str(row["sha256"])
        after = page[-1]["sha256"]


async def schema(session: Session) -> int:
    """The number of the newest migration that was applied."""
    row = await session.one(_sql.schema)
    return 0 if row is None else int(row["version"])
