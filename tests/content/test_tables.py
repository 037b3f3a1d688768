"""CSV as spreadsheets write it and JSON Lines: every row a record, a bad one never the end of the others."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.tables import MAX_COLUMNS, MAX_LINE_CHARS, NotATable, Record, csv_records, json_records


def read(text: str) -> list[Record]:
    return list(csv_records(io.StringIO(text, newline="")))


def rows(text: str) -> list[list[str]]:
    return [[cell for _, cell in record.cells] for record in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\r\n1,2\r\n", "a;b\n1;2\n", "a\tb\n1\t2", "a|b\r1|2\r", "sep=;\r\na;b\r\n1;2\r\n", "sep=:\na:b\n1:2\n",
        '\n\n"a";"b"\n\n1;2\n;\n', '"a, first";b\n1;2\n', 'a;b\n="1";="2"\n', "\ufeffa,b\n1, 2 ,,\n",
    ],
)  # fmt: skip
def test_reads_what_spreadsheets_write(text: str) -> None:
    assert rows(text) == [["1", "2"]]


def test_a_cell_may_hold_lines_and_quotes_and_a_row_knows_its_first_line() -> None:
    found = read('a,b\n"one\ntwo","he said ""no"""\nx,y\n')

    assert found[0] == Record(line=2, cells=(("a", "one\ntwo"), ("b", 'he said "no"')))
    assert found[1].line == 4


def test_short_rows_are_filled_and_long_ones_refused() -> None:
    short, long = read("a,b\n1\n1,2,3\n")

    assert short.cells == (("a", "1"), ("b", ""))
    assert long == Record(line=3, fault="has 3 cells, the header 2")


def test_a_quote_without_end_costs_its_own_row_only() -> None:
    found = read('a,b\n"1,2\n' + "3,4\n" * 300)

    assert found[0] == Record(line=2, fault="a quoted cell has no end")
    assert [record.line for record in found[1:]] == list(range(3, 303))
    assert {record.cells for record in found[1:]} == {(("a", "3"), ("b", "4"))}


def test_what_is_too_large_is_a_fault_or_no_table() -> None:
    large = "x" * (MAX_LINE_CHARS + 1)

    assert [bool(one.fault) for one in read(f"a,b\n{large},1\n1,2\n")] == [True, False]
    assert [bool(one.fault) for one in json_records([large, '{"a": 1}'])] == [True, False]
    with pytest.raises(NotATable):
        read("a," * MAX_COLUMNS + "a\n1\n")
    with pytest.raises(NotATable):
        read(f"{large}\n1\n")


def test_objects_in_json_lines_are_named_by_their_path() -> None:
    line = {"id": 17, "is": True, "no": None, "address": {"city": "Київ"}, "mails": ["a@b.c", "d@e.f"], "x": [{"y": 1}]}
    [found] = json_records(["\n", json.dumps(line)])

    assert found.line == 2
    assert dict(found.cells) == {
        "id": "17", "is": "true", "no": "", "address.city": "Київ", "mails": "a@b.c\nd@e.f", "x": "",
    }  # fmt: skip


@pytest.mark.parametrize("line", ["[]", "{", "1", "nonsense", '{"a": ' + "[" * 50_000, '{"a": ' + "9" * 9000 + "}"])
def test_a_line_that_is_no_object_is_a_fault_alone(line: str) -> None:
    found = list(json_records([line, '{"a": "b"}']))

    assert found[-1].cells == (("a", "b"),)
    assert len(found) == 2


_CELLS = (
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and not text.startswith("=") and "\ufeff" not in text)
)


@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_a_spreadsheet_wrote_is_read_back(table: list[tuple[str, str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("one", "two"), *table])

    assert [tuple(cell for _, cell in one.cells) for one in read(written.getvalue())] == table


@given(st.lists(st.text("\",;\t\n\r'=ab\0é\ufffd{}[]:1", max_size=30), max_size=12))
def test_nothing_is_raised_but_that_it_is_no_table(lines: list[str]) -> None:
    text = "\n".join(lines)

    def all_of(records: Iterator[Record]) -> list[Record]:
        return list(records)

    assert all(one.line >= 1 for one in all_of(json_records(lines)))
    try:
        found = read(text)
    except NotATable:
        return
    assert [one.line for one in found] == sorted({one.line for one in found})
