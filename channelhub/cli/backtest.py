"""`channelhub backtest FILE.jsonl`: what would have been raised over a history, and how strict to be."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from channelhub.cli.histories import history
from channelhub.cli.printing import one_line
from channelhub.cli.tuning import tune
from channelhub.rules.outage.backtest import replay
from channelhub.rules.outage.thresholds import OutageRules, rules_for

_SHIPPED = OutageRules()


@click.command("backtest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line, a summary last.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=_SHIPPED.theta,
    show_default=True,
    help="Score to suspect an outage from.",
)
@click.option(
    "--min-customers",
    type=click.IntRange(2, 10_000),
    default=_SHIPPED.k,
    show_default=True,
    help="Customers who must have reported the same.",
)
@click.option("--tune", "is_tuning", is_flag=True, help="Try many settings and recommend one.")
@click.option(
    "--false-alarms",
    type=click.FloatRange(0),
    default=0.05,
    show_default=True,
    metavar="PER_DAY",
    help="With --tune: so many false alarms a day are acceptable.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="With --tune: processes (default: one a processor)."
)
def command(
    *, file: Path, as_json: bool, threshold: float, min_customers: int, is_tuning: bool, false_alarms: float,
    jobs: int | None,
) -> None:  # fmt: skip
    """Replay FILE (.jsonl or .jsonl.gz, in order of time) and print the mass outages that would have been raised.

    Each line is an object with ts (unix seconds), text, customer_id, channel, and optionally lang, subject, origin,
    verified (default true) and automatic. With --tune, outage may name the outage that a line reports.
    """
    if is_tuning:
        tune(file, as_json=as_json, wanted_per_day=false_alarms, jobs=jobs or os.cpu_count() or 1)
        return
    began = time.perf_counter()
    console = Console(stderr=True)
    found: list[dict[str, Any]] = []
    rules = rules_for(threshold=threshold, min_customers=min_customers)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        for event in replay((line.row for line in history(file, progress)), rules):
            if event["event"] == "summary":
                event["seconds"] = round(time.perf_counter() - began, 3)
            if as_json:
                sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
                sys.stdout.flush()
            found.append(event)
    if not as_json:
        _print_table(found)


def _print_table(events: list[dict[str, Any]]) -> None:
    summary = events[-1]
    members = {outage["outage"]: outage["members"] for outage in summary["outages"]}
    table = Table("opened at (UTC)", "line", "customers", "messages in all", "about", "why")
    for event in events:
        if event["event"] == "suspected":
            opened = time.strftime("%Y-%m-%d %H:%M", time.gmtime(event["ts"]))
            count = str(len(members[event["outage"]]))
            why = one_line(event["reasons"][0])
            line = str(event["at_message"] + 1)
            table.add_row(opened, line, str(event["customers"]), count, one_line(event["label"]), why)
    console = Console()
    console.print(table)
    console.print(f"{summary['messages']} messages, {len(members)} outages, {summary['seconds']} s")


if __name__ == "__main__":
    command()
