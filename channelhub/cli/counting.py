"""One bar for a command that works through many files, on standard error, on a terminal only."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

REDRAW_S = 0.1


class Counter:
    """Counts what is done, and says what must be said meanwhile, on standard error."""

    def move(self, count: int) -> None:
        """So many more are done."""

    def say(self, line: str) -> None:
        """A line of its own, above the bar where there is one."""
        click.echo(line, err=True)


class _Shown(Counter):
    """Draws without a thread of its own, so that its command may fork."""

    def __init__(self, bar: Progress, what: str, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task(what, total=total)
        self._drawn_s = 0.0

    def move(self, count: int) -> None:
        self._bar.advance(self._task, count)
        if time.monotonic() - self._drawn_s > REDRAW_S:
            self._bar.refresh()
            self._drawn_s = time.monotonic()

    def say(self, line: str) -> None:
        self._bar.console.print(Text(line))


@contextmanager
def counting(what: str, total: Callable[[], int], *, is_quiet: bool = False) -> Iterator[Counter]:
    """A counter of `what`, shown as a bar on a terminal unless `is_quiet`; only then `total` is asked for."""
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield Counter()
        return
    with Progress(console=console, transient=True, auto_refresh=False) as bar:
        yield _Shown(bar, what, total())
