"""One bar for a command that works through many files, on standard error, on a terminal only."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar

REDRAW_S = 0.1


@contextmanager
def counting(what: str, total: Callable[[], int], *, is_quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A callback that moves one bar on by a number of `what`. `total` is asked only when the bar is shown.

    Not shown where lines of the command go to the same terminal. Draws without a thread of its own, so that its
    command may fork.
    """
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal or sys.stdout.isatty():
        yield lambda _count: None
        return
    with Bar(console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(what, total=total())
        drawn_s = 0.0

        def move(count: int) -> None:
            nonlocal drawn_s
            bar.advance(task, count)
            if time.monotonic() - drawn_s > REDRAW_S:
                bar.refresh()
                drawn_s = time.monotonic()

        yield move
