"""What became of a file's customers: counted, and line by line in a report. Nothing of their contents is written."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import click

from channelhub.cli.counting import Counter
from channelhub.cli.importing.customer_posts import Outcome
from channelhub.cli.printing import one_line, print_json

FAILURES_KEPT = 1000
COLUMNS_KEPT = 300


class Outcomes:
    """Hears of each line. `report`: where a line of JSON is written for each, if anywhere."""

    def __init__(self, report: TextIO | None) -> None:
        self.say: Callable[[str], None] = Counter().say  # the first of what was refused, as it is found
        self._report = report
        self._counts = {"taken": 0, "doubled": 0, "refused": 0, "valid": 0}
        self._warned = 0
        self._failures: list[dict[str, Any]] = []
        self._columns: dict[str, str] = {}

    def saw(self, column: str, meaning: str) -> None:
        """A column, and what it is; empty: it is left out."""
        if len(self._columns) < COLUMNS_KEPT:
            self._columns.setdefault(column, meaning)

    def note(self, line: int, outcome: Outcome, warnings: Sequence[str] = ()) -> None:
        """What became of the customer that begins on a line."""
        self._counts[outcome.status] += 1
        self._warned += bool(warnings)
        told: dict[str, Any] = {"line": line, "status": outcome.status}
        if outcome.reason:
            told["reason"] = outcome.reason
        if outcome.status == "refused" and len(self._failures) < FAILURES_KEPT:
            self._failures.append({"line": line, "reason": outcome.reason})
            self.say(f"channelhub: line {line}: {one_line(outcome.reason, width=300)}")
        if warnings:
            told["warnings"] = list(warnings)
        if self._report is not None:
            self._report.write(json.dumps(told, ensure_ascii=False) + "\n")

    def summary(self, *statuses: str) -> dict[str, Any]:
        """The counts of these statuses, and what was made of the columns."""
        return {
            **{status: self._counts[status] for status in statuses},
            "warned": self._warned,
            "columns": {column: meaning for column, meaning in self._columns.items() if meaning},
            "left_out": [column for column, meaning in self._columns.items() if not meaning],
            "failures": self._failures,
        }

    def print_columns(self) -> None:
        """Which columns say what, and which nothing."""
        found = self.summary()
        click.echo("Columns: " + _listed(f"{column} = {meaning}" for column, meaning in found["columns"].items()))
        if found["left_out"]:
            click.echo("Left out: " + _listed(found["left_out"]))

    def print(self, *, as_json: bool) -> None:
        if as_json:
            print_json(self.summary("taken", "doubled", "refused"))
            return
        self.print_columns()
        click.echo(
            f"{self._counts['taken']} customers taken, {self._counts['doubled']} were there already, "
            f"{self._counts['refused']} refused; of {self._warned} something was left out."
        )


def _listed(texts: Any) -> str:
    return ", ".join(str(one_line(text, width=80)) for text in texts) or "none"
