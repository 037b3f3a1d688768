"""Numbered migrations, forward only: each in one transaction with the row that remembers it, so a crash resumes.

A file is `NNNN_what.sql`, or `NNNN_what.sqlite.sql` where only SQLite needs it. The checksum of an applied file
must not change; a database newer than this release is refused.
"""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from channelhub.store.database import SchemaTooNew, StoreError
from channelhub.store.sqlite import PAGE_SIZE

_FILE = re.compile(r"^(?P<version>\d{4})_[a-z0-9_]+(?P<dialect>\.sqlite|\.postgres)?\.sql$")
_TABLE = """CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_us BIGINT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    dialect: str  # sqlite, postgres or any
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(dialect: str = "sqlite") -> list[Migration]:
    """The shipped migrations that concern a dialect, in order."""
    found = []
    for file in files("channelhub.store").joinpath("migrations").iterdir():
        if match := _FILE.match(file.name):
            own = (match["dialect"] or "").lstrip(".") or "any"
            if own in ("any", dialect):
                found.append(Migration(int(match["version"]), file.name, own, file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.version)


def migrate(path: Path, *, now_us: int, steps: Sequence[Migration] | None = None) -> list[str]:
    """Bring the database at `path` to this release's schema; the names of what was applied.

    Raises SchemaTooNew when the database knows migrations this release doesn't have, StoreError when an applied
    migration's text has changed. Runs before the daemon's connections open, so the plain driver serves.
    """
    known = {step.version: step for step in (migrations() if steps is None else steps)}
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_TABLE)
        applied = dict(connection.execute("SELECT version, checksum FROM schema_migrations ORDER BY version"))
        _refuse_strangers(applied, known)
        return [_apply(connection, known[version], now_us) for version in sorted(known) if version not in applied]
    finally:
        connection.close()


def _refuse_strangers(applied: dict[int, str], known: dict[int, Migration]) -> None:
    for version, checksum in applied.items():
        if version not in known:
            raise SchemaTooNew(
                f"the database has schema {max(applied)}, this release knows up to {max(known)}: "
                "install the newer release again, or restore a backup made by this one"
            )
        if known[version].checksum != checksum:
            raise StoreError(f"migration {known[version].name} was changed after it was applied to this database")


def _apply(connection: sqlite3.Connection, step: Migration, now_us: int) -> str:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(step.text):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_migrations (version, name, checksum, applied_us) VALUES (?, ?, ?, ?)",
            (step.version, step.name, step.checksum, now_us),
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return step.name


def statements(text: str) -> list[str]:
    """The single statements of a migration file."""
    found: list[str] = []
    pending = ""
    for line in text.splitlines():
        if not pending and (not line.strip() or line.lstrip().startswith("--")):
            continue
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    if pending.strip():
        raise StoreError("a migration ends in the middle of a statement")
    return found
