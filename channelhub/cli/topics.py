"""`channelhub topics`: what customers complain about most, week by week."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json
from channelhub.pipeline.topics import MOST_WEEKS, Topics
from channelhub.store.database import Session
from channelhub.web.views import topics as views


@click.command(name="topics")
@click.option("--weeks", type=click.IntRange(2, MOST_WEEKS), default=5, show_default=True, help="Weeks of history.")
@click.pass_obj
def topics(options: Options, weeks: int) -> None:
    """The most frequent complaints: by different customers, with the change against the weeks before.

    A week is seven days, the newest one ends now. A trend is called up or down only where chance doesn't explain it.
    """

    async def offline(session: Session) -> Any:
        @asynccontextmanager
        async def read() -> AsyncIterator[Session]:
            yield session

        return views.report(await Topics(read, now=lambda: datetime.now(UTC)).report(weeks=weeks))

    found = ask(configured(options).settings, lambda hub: hub.reports.topics(weeks=weeks), offline)
    if options.as_json:
        print_json(found)
        return
    console = Console()
    console.print(f"{found['wrote'][0]} customers wrote within seven days, {found['complained'][0]} of a problem")
    if not found["topics"]:
        console.print("no topic: fewer than three customers complain of the same")
        return
    table = Table("customers", "share", "weeks", "before", "mean of 4", "trend", "about", expand=True)
    for one in found["topics"]:
        table.add_row(
            str(one["customers"]), f"{one['share']:.1%}", " ".join(map(str, reversed(one["history"]))),
            _change(one["week_before"]), _change(one["four_weeks"]), one["trend"],
            plain(", ".join(one["words"]) + "\n") + one_line(one["title"]),
        )  # fmt: skip
    console.print(table)


def _change(one: dict[str, Any] | None) -> str:
    if one is None:
        return ""
    return ("new" if one["ratio"] is None else f"×{one['ratio']:.1f}") + f" p={one['p']:.2g}"
