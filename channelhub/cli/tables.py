"""Lists as tables: ids and times whole, words in what room is left."""

import sys
from typing import Any, Final

from rich.console import Console
from rich.table import Column, Table

PIPE_WIDTH: Final = 200  # columns where the reader is a program, and nothing says how wide a line may be


def console() -> Console:
    """Standard output, for tables. On a terminal as wide as that."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def whole(header: str, *, is_number: bool = False) -> Column:
    """A column that is never wrapped or cut while others have room to give: ids, times, counts."""
    return Column(header, no_wrap=True, overflow="fold", justify="right" if is_number else "left")


def words(header: str, *, may_wrap: bool = False) -> Column:
    """A column that takes what room is left, and cuts or wraps what needs more."""
    if may_wrap:
        return Column(header, overflow="fold", ratio=1)
    return Column(header, no_wrap=True, overflow="ellipsis", ratio=1)


def listing(*columns: Column) -> Table:
    return Table(*columns, expand=True)


def print_page(table: Table, found: dict[str, Any], *, empty: str, older: str = "older ones") -> None:
    """A page of a list, and how to see the next one."""
    out = console()
    out.print(table if found["items"] else empty)
    if found["next"]:
        out.print(f"{older}: --before {found['next']}", style="dim", soft_wrap=True)
