"""No table is forgotten when a customer is erased."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelhub.store.migrate import migrate
from channelhub.store.personal import PERSONAL, Fate

_OF_AN_INDEX = re.compile(r"(message_search|people_search)_(data|idx|content|docsize|config)")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("schema") / "a.db"
    migrate(path, now_us=1)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def _tables(database: sqlite3.Connection) -> set[str]:
    names = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return {name for name in names if not _OF_AN_INDEX.fullmatch(name) and not name.startswith("sqlite_")}


def test_every_table_says_what_an_erasure_does_with_it(database: sqlite3.Connection) -> None:
    tables = _tables(database)

    assert tables - set(PERSONAL) == set(), "add their lines to channelhub/store/personal.py"
    assert set(PERSONAL) - tables == set(), "these tables are gone"


def test_rows_are_found_by_columns_that_are_there(database: sqlite3.Connection) -> None:
    indexes = {"message_search": "message_texts", "people_search": "people_words"}
    for name, one in PERSONAL.items():
        table = indexes.get(name, name)
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}

        assert set(one.columns) <= columns, name
        assert bool(one.columns) is (one.fate is not Fate.NONE), name


def test_a_table_that_names_customers_is_not_said_to_hold_nothing(database: sqlite3.Connection) -> None:
    telling = {"identity_id", "customer_id", "left_id", "right_id", "text", "subject", "preview", "payload", "shown"}
    for name, one in PERSONAL.items():
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({name})")}

        assert one.fate is not Fate.NONE or not columns & telling or name == "timeline_counted", name
