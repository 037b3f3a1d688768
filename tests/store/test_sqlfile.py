"""One SQL text for two databases: how it is read and compiled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.store.sqlfile import Queries, SqlFileError, parse

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), max_size=12)


def test_a_query_has_a_name_a_text_and_its_parameters_in_order() -> None:
    query = parse("-- name: find\n-- What it does.\nSELECT a FROM t\nWHERE b = :b AND c = :c AND d = :b;")["find"]

    assert query.sqlite == "SELECT a FROM t WHERE b = :b AND c = :c AND d = :b"
    assert query.postgres == "SELECT a FROM t WHERE b = $1 AND c = $2 AND d = $1"
    assert query.parameters == ("b", "c")


def test_a_list_parameter_is_any_on_postgres_and_json_on_sqlite() -> None:
    query = parse("-- name: find\nSELECT a FROM t WHERE a = ANY(:ids) AND b = :b")["find"]

    assert query.sqlite == "SELECT a FROM t WHERE a IN (SELECT value FROM json_each(:ids)) AND b = :b"
    assert query.postgres == "SELECT a FROM t WHERE a = ANY($1) AND b = $2"
    assert query.lists == {"ids"}


def test_a_twin_serves_each_database_with_its_own_text() -> None:
    query = parse("-- name: now [sqlite]\nSELECT :a + 1\n-- name: now [postgres]\nSELECT :a + 2")["now"]

    assert (query.sqlite, query.postgres) == ("SELECT :a + 1", "SELECT $1 + 2")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT 1", "before the first"),
        ("-- name: a\n-- only words", "a has no text"),
        ("-- name: a\nSELECT 1\n-- name: a\nSELECT 2", "stands twice"),
        ("-- name: a\nSELECT 1\n-- name: a [sqlite]\nSELECT 2", "a common text and a twin"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused_with_its_name(text: str, complaint: str) -> None:
    with pytest.raises(SqlFileError, match=f"f.sql: .*{complaint}"):
        parse(text, origin="f.sql")


def test_a_query_that_does_not_exist_is_named_in_the_error() -> None:
    with pytest.raises(AttributeError, match=r"inbox.sql has no query 'nothing'"):
        _ = Queries.of("inbox").nothing


@given(st.lists(st.one_of(st.tuples(st.just("parameter"), NAMES), st.tuples(st.just("literal"), LITERALS)), max_size=8))
def test_parameters_are_numbered_and_literals_are_left_alone(parts: list[tuple[str, str]]) -> None:
    pieces = [f":{text}" if kind == "parameter" else "'" + text.replace("'", "''") + "'" for kind, text in parts]
    text = " , ".join(["SELECT 0", *pieces])
    query = parse(f"-- name: q\n{text}")["q"]
    order = list(dict.fromkeys(text for kind, text in parts if kind == "parameter"))
    expected = [
        f"${order.index(text) + 1}" if kind == "parameter" else piece
        for (kind, text), piece in zip(parts, pieces, strict=True)
    ]

    assert query.parameters == tuple(order)
    assert query.postgres == " , ".join(["SELECT 0", *expected]).rstrip(";")
    assert query.sqlite == text.rstrip(";")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        queries = parse(text)
    except SqlFileError:
        return
    assert all(
        re.fullmatch(r"[a-z][a-z0-9_]*", name) and query.sqlite + query.postgres for name, query in queries.items()
    )
