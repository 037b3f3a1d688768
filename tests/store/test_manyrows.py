"""Many rows in one INSERT: the same rows in the same order as one by one."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.store.manyrows import MOST_ROWS, take_apart
from channelhub.store.sqlfile import Queries

UPSERT = (
    "INSERT INTO things (id, name, note) VALUES (:id, :name, NULL) ON CONFLICT (id) DO UPDATE SET name = excluded.name"
)
rows = st.lists(st.fixed_dictionaries({"id": st.integers(0, 40), "name": st.text(max_size=3)}), max_size=3 * MOST_ROWS)


def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, note TEXT)")
    return connection


@given(rows)
def test_leaves_what_one_statement_for_each_row_leaves(values: list[dict[str, object]]) -> None:
    together, alone = table(), table()
    insert = take_apart(UPSERT)
    assert insert is not None
    for statement, parameters in insert.statements(values):
        together.execute(statement, parameters)
    alone.executemany(UPSERT, values)

    assert list(together.execute("SELECT * FROM things")) == list(alone.execute("SELECT * FROM things"))


def test_uses_few_statements_and_few_texts() -> None:
    insert = take_apart(UPSERT)
    assert insert is not None
    texts = set()
    for count in range(1, 300):
        statements = list(insert.statements([{"id": n, "name": ""} for n in range(count)]))
        texts |= {statement for statement, _ in statements}

        assert len(statements) <= count // MOST_ROWS + MOST_ROWS.bit_length()

    assert len(texts) == MOST_ROWS.bit_length()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM things WHERE id = :id",
        "INSERT INTO things (id) SELECT id FROM others WHERE id >= :id",
        "INSERT INTO things (id) VALUES (:id) ON CONFLICT (id) DO UPDATE SET name = :name",
        "INSERT INTO things (id, name) VALUES (:id, '?')",
    ],
)
def test_leaves_other_statements_alone(sql: str) -> None:
    assert take_apart(sql) is None


def test_knows_the_statement_that_stores_messages() -> None:
    insert = take_apart(Queries.of("inbox").append.sqlite)

    assert insert is not None
    assert insert.names == Queries.of("inbox").append.parameters
