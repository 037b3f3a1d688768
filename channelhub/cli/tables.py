"""Lists as tables: ids and times whole, words in what room is left."""

import sys
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table

MIN_WORDS: Final = 8  # columns
EDGE: Final = 3  # a column's line and the blanks at its sides
PIPE_WIDTH: Final = 200  # columns where the reader is a program, and nothing says how wide a line may be


def console() -> Console:
    """Standard output, for tables. On a terminal as wide as that."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def whole(header: str, *, is_number: bool = False) -> Column:
    """A column that is never wrapped or cut: ids, times, counts."""
    return Column(header, no_wrap=True, overflow="fold", justify="right" if is_number else "left")


def words(header: str, *, may_wrap: bool = False) -> Column:
    """A column that takes what room is left, and cuts or wraps what needs more."""
    if may_wrap:
        return Column(header, overflow="fold", ratio=1, min_width=MIN_WORDS)
    return Column(header, no_wrap=True, overflow="ellipsis", ratio=1, min_width=MIN_WORDS)


def listing(*columns: Column) -> Table:
    return Table(*columns, expand=True)


def print_whole(table: Table, out: Console) -> None:
    """Print it wider than the terminal rather than with a part of an id: that would be another one."""
    for column in table.columns:
        if column.ratio is None:
            column.min_width = max(cell_len(str(cell)) for cell in (column.header, *column.cells))
    room = out.width
    out.width = max(room, sum((column.min_width or 1) + EDGE for column in table.columns) + 1)
    out.print(table)
    out.width = room


def print_page(table: Table, found: dict[str, Any], *, empty: str, older: str = "older ones") -> None:
    """A page of a list, and how to see the next one."""
    out = console()
    if found["items"]:
        print_whole(table, out)
    else:
        out.print(empty)
    if found["next"]:
        out.print(f"{older}: --before {found['next']}", style="dim", soft_wrap=True)
