"""`channelhub outages report`: how often a suspected outage was one."""

from datetime import UTC, datetime
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.rules.outage.precision import Unit
from channelhub.store.database import Session
from channelhub.web.routes.reports import MOST_PERIODS, precision


@click.command(name="report")
@click.option("--weeks", type=click.IntRange(1, MOST_PERIODS), default=12, show_default=True, help="Weeks, or months.")
@click.option("--by", type=click.Choice([str(unit) for unit in Unit]), default="week", show_default=True)
@click.pass_obj
def report(options: Options, weeks: int, by: Literal["month", "week"]) -> None:
    """What people made of the suspected outages, and how early these were suspected.

    Precision is the share of the confirmed among those that people confirmed or dismissed, with its 95 % interval.
    """

    async def offline(session: Session) -> Any:
        return await precision(session, datetime.now(UTC), unit=Unit(by), periods=weeks)

    found = ask(configured(options).settings, lambda hub: hub.reports.outages(weeks=weeks, by=by), offline)
    if options.as_json:
        print_json(found)
        return
    table = Table(
        "from", "suspected", "confirmed", "dismissed", "undecided", "merged", "precision", "customers until",
        "minutes until", "to confirmation", expand=True,
    )  # fmt: skip
    for one in found["periods"]:
        table.add_row(one["since"][:10], *_cells(one))
    table.add_section()
    table.add_row("together", *_cells(found["total"]))
    Console().print(table)


def _cells(one: dict[str, Any]) -> list[str]:
    counts = [str(one[name]) for name in ("suspected", "confirmed", "dismissed", "undecided", "merged")]
    share = one["precision"]
    shown = "" if share is None else f"{share:.0%} ({one['precision_low']:.0%} to {one['precision_high']:.0%})"
    medians = [one[name] for name in ("customers_to_suspicion", "minutes_to_suspicion", "minutes_to_confirmation")]
    return [*counts, shown, *("" if value is None else f"{value:g}" for value in medians)]
