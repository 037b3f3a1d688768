"""`--csv` and `--jsonl` of the commands that list: the same rows as the API's."""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import click
import msgspec

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.printing import plain
from channelhub.web import rows

PAGE: Final = 100  # as many as every list gives at once

Page = Callable[[str | None, int], Any]  # of a cursor and a limit: `items`, and `next` where there is more


@dataclass(frozen=True, slots=True, kw_only=True)
class RowForm:
    """How rows are printed: as CSV, else as JSON Lines. `has_bom`: with a byte order mark before CSV."""

    is_csv: bool
    has_bom: bool


def takes_row_form(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options for a listing command, which is given `form`: a RowForm, or None where a table or JSON is wanted."""

    @click.option("--csv", "is_csv", is_flag=True, help="Print CSV: all of it, unless --limit says how many.")
    @click.option("--jsonl", "is_lines", is_flag=True, help="Print a line of JSON for each, as --csv does.")
    @click.option("--bom", "has_bom", is_flag=True, help="With --csv: a byte order mark first, for Excel.")
    @functools.wraps(function)
    def given(*args: Any, is_csv: bool, is_lines: bool, has_bom: bool, **more: Any) -> Any:
        if (is_csv and is_lines) or (has_bom and not is_csv):
            raise Failure("--csv or --jsonl, and --bom with --csv only", Exit.USAGE)
        form = RowForm(is_csv=is_csv, has_bom=has_bom) if is_csv or is_lines else None
        return function(*args, form=form, **more)

    return given


def print_rows(
    form: RowForm, answer: type[msgspec.Struct], page: Page, *, first: str | int | None = None, limit: int | None = None
) -> None:
    """Print a list from the cursor `first` on: `limit` of it, or all, page after page. `answer`: its struct."""
    kind = rows.item_kind(answer)
    assert kind is not None, "only lists have rows"
    columns = rows.columns_of(kind)
    if form.is_csv:
        _write((rows.BOM if form.has_bom else "") + rows.csv_lines([columns.names]))
    cursor = None if first is None else str(first)
    while True:
        found = page(cursor, PAGE if limit is None else limit)
        if form.is_csv:
            _write(rows.csv_lines([columns.cells(item) for item in found["items"]]))
        else:
            _write("".join(map(rows.json_line, found["items"])))
        cursor = found.get("next")
        if cursor is None or limit is not None:
            return


def _write(text: str) -> None:
    """To a terminal without what would move its cursor; elsewhere byte for byte."""
    if sys.stdout.isatty():
        click.echo(str(plain(text.replace("\r\n", "\n"))), nl=False)
    else:
        sys.stdout.buffer.write(text.encode())
