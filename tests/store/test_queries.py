"""Every named query is prepared on both databases: a misspelt column or a syntax error shows here."""

import getpass
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from channelhub.store.migrate import migrate, migrations
from channelhub.store.sqlfile import Queries, Query

ONLY_SQLITE = {
    "check.integrity", "check.broken_references",
    *(f"message_texts.{one}" for one in ("marks_of", "remember_marks", "forget_marks", "index_terms", "unindex_terms")),
    *(f"message_texts.{one}" for one in ("empty_index", "forget_all_marks", "search", "places", "terms_from")),
    "erasing.unindex_people", "erasing.remove_people_words",
    "erasing.merge_texts", "erasing.merge_people", "erasing.changes",
    "people_search.keep", "people_search.find", "people_search.known_after",
}  # fmt: skip
TWINS: set[str] = set()

STEMS = sorted(file.name.removesuffix(".sql") for file in files("channelhub.store").joinpath("queries").iterdir())
NAMED = [(f"{stem}.{name}", query) for stem in STEMS for name, query in Queries.of(stem).by_name.items()]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("migrated") / "a.db"
    migrate(path, now_us=1)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize(("name", "query"), NAMED, ids=[name for name, _ in NAMED])
def test_sqlite_prepares(migrated: sqlite3.Connection, name: str, query: Query) -> None:
    plan = migrated.execute(f"EXPLAIN {query.sqlite}", dict.fromkeys(query.parameters)).fetchall()

    assert plan or query.sqlite.startswith("PRAGMA")


def test_the_texts_that_serve_one_database_only_are_known() -> None:
    """A twin costs a second test of everything: a new one needs a reason here."""
    only_sqlite = {name for name, query in NAMED if not query.postgres}
    only_postgres = {name for name, query in NAMED if not query.sqlite}
    twins = {
        name
        for name, query in NAMED
        if query.postgres and query.sqlite and query.parameters and _common(query) != query.postgres
    }

    assert only_sqlite == ONLY_SQLITE
    assert only_postgres == set()
    assert twins == TWINS


def test_every_query_is_used_by_the_module_that_loads_it() -> None:
    modules = [file.read_text() for file in files("channelhub.store").iterdir() if file.name.endswith(".py")]
    unused = [
        f"{stem}.{name}"
        for stem in STEMS
        for name in Queries.of(stem).by_name
        if not any(f'Queries.of("{stem}")' in text and re.search(rf"_sql\.{name}\b", text) for text in modules)
    ]

    assert unused == []


def _common(query: Query) -> str:
    """What PostgreSQL's text is when it comes from SQLite's."""
    text = query.sqlite
    for name in query.lists:
        text = text.replace(f"IN (SELECT value FROM json_each(:{name}))", f"= ANY(:{name})")
    for place, name in sorted(enumerate(query.parameters, 1), key=lambda one: -len(one[1])):
        text = text.replace(f":{name}", f"${place}")
    return text


class Cluster:
    """A PostgreSQL of our own for the length of a test, over a socket in its folder."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="channelhub-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", str(self.folder / "data"), "-E", "UTF8", "--locale=C", "--no-sync", "-A", "trust")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options, "start")

    def sql(self, script: str) -> str:
        """Run statements in one session; empty when all went well, else what went wrong first."""
        user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        done = subprocess.run(
            [str(self._programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", user,
             "-d", "postgres", "-f", "-"],
            input=script, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.stderr or "psql failed" if done.returncode else ""

    def close(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *args: str) -> None:
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_postgres, str(self._programs / program), *args],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    programs = _programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL isn't installed: CI must prepare the queries on it")
        pytest.skip("PostgreSQL isn't installed (/usr/lib/postgresql/*/bin)")
    cluster = Cluster(programs)
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_postgres_takes_the_migrations_and_prepares_every_query(postgres: Cluster) -> None:
    table = "CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    steps = [statement for step in migrations("postgres") for statement in step.statements_for("postgres")]
    assert postgres.sql("\n".join([table, *steps])) == ""

    assert "does not exist" in postgres.sql("PREPARE q AS SELECT nothing FROM inbox;")  # the check can fail
    wrong = {
        name: error
        for name, query in NAMED
        if query.postgres and (error := postgres.sql(f"PREPARE q AS {query.postgres};"))
    }
    assert wrong == {}
