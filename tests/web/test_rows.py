"""Rows of text are what was in the list: in CSV no cell is a formula, and nothing is lost on the way there and back."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.web import rows
from channelhub.web.listing import Form, wanted_form
from tests.examples import examples

#: OWASP, "CSV Injection": what may not begin a cell; and what a reader that trims would find behind blanks.
ATTACKS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", "''=1", "＝1", "=cmd|' /C calc'!A0"]


class Inner(msgspec.Struct, frozen=True):
    name: str
    since: datetime | None


class Item(msgspec.Struct, frozen=True, rename={"kind": "type"}):
    id: str
    kind: str
    inner: Inner | None
    words: list[str]
    count: int
    score: float
    is_new: bool
    said: Inner | str


class Page(msgspec.Struct, frozen=True):
    items: list[Item]
    next: str | None


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_columns_stand_in_the_order_of_the_fields_with_inner_ones_for_themselves() -> None:
    kind = rows.item_kind(Page)
    assert kind is Item
    columns = rows.columns_of(kind)
    item = {
        "id": "7",
        "type": "x",
        "inner": {"name": "Ґ", "since": None},
        "words": ["а", "b"],
        "count": -3,
        "score": 0.5,
    }

    assert columns.names == ("id", "type", "inner.name", "inner.since", "words", "count", "score", "is_new", "said")
    assert columns.cells(item | {"is_new": True, "said": {"name": "n"}}) == [
        *("7", "x", "Ґ", "", '["а","b"]', "-3", "0.5", "true", '{"name":"n"}')
    ]
    assert columns.cells(item | {"inner": None})[2:4] == ["", ""]


@pytest.mark.parametrize("answer", [None, Item, dict, msgspec.defstruct("P", [("items", list[str])])])
def test_what_has_no_items_of_fields_is_no_list(answer: Any) -> None:
    assert rows.item_kind(answer) is None


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert rows.inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Оплата", "it's 1+1", "'quoted'", "a=b", "1-2", " - "[:1]])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert rows.inert(text) == text


@given(st.text() | st.sampled_from(ATTACKS) | st.text(alphabet="'=+-@\t\r\n ,;\"\uff1d а"))
@settings(max_examples=examples(300))
def test_every_text_is_found_again_and_begins_no_formula(text: str) -> None:
    line = rows.csv_lines([[rows.inert(text), "next", '"', ""]])
    [[cell, *others]] = read(line)

    assert rows.plain_text(cell) == text
    assert others == ["next", '"', ""]
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)


@given(st.lists(st.fixed_dictionaries({"id": st.text(max_size=9), "type": _VALUES, "words": _VALUES}), max_size=5))
@settings(max_examples=examples(100))
def test_lines_hold_what_the_list_holds(items: list[dict[str, Any]]) -> None:
    columns = rows.columns_of(Item)
    cells = read(rows.csv_lines([columns.names, *map(columns.cells, items)]))
    lines = "".join(map(rows.json_line, items))

    assert [json.loads(line) for line in lines.split("\n")[:-1]] == items
    assert len(cells) == 1 + len(items)
    assert [rows.plain_text(row[0]) for row in cells[1:]] == [item["id"] for item in items]


@pytest.mark.parametrize(
    ("accept", "form", "has_bom"),
    [
        ("", Form.JSON, False),
        ("*/*", Form.JSON, False),
        ("application/json", Form.JSON, False),
        ("text/html, application/xhtml+xml, */*;q=0.8", Form.JSON, False),
        ("text/csv", Form.CSV, False),
        ("text/csv, */*", Form.CSV, False),
        ("Text/CSV; BOM=true", Form.CSV, True),
        ("text/csv;q=0.5, application/json", Form.JSON, False),
        ("text/csv;q=0.5, */*;q=0.4", Form.CSV, False),
        ("text/csv;q=0.5, */*", Form.JSON, False),
        ("text/csv;q=0", Form.JSON, False),
        ("application/x-ndjson;q=0.9, text/csv;q=0.8", Form.LINES, False),
        ("text/csv;q=nan, application/x-ndjson;q=x;;=,,", Form.JSON, False),
    ],
)
def test_the_form_is_what_accept_asks_for(accept: str, form: Form, has_bom: bool) -> None:
    wanted = wanted_form(accept)

    assert (wanted.form, wanted.has_bom) == (form, has_bom)


@given(st.text())
@settings(max_examples=examples(100))
def test_whatever_accept_says_has_an_answer(accept: str) -> None:
    assert wanted_form(accept).form in Form
