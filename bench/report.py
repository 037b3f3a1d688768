"""A run's table and its JSON."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from typing import Any

from bench.figures import Goal, Outcome, Verdict

HEADINGS = ("id", "goal", "must", "measured: median (min–max)", "verdict")


def machine() -> str:
    """What it ran on."""
    system = f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}"
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"load average {load}"
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a Markdown table, with what stands behind them below."""
    rows = [HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"{outcome.goal.id}: {outcome.note}" for outcome in outcomes if outcome.note]
    return "\n".join([*lines, "", f"Machine: {machine()}", *notes])


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The outcomes for programs."""
    return {
        "machine": machine(),
        "is_reached": is_reached(outcomes),
        "goals": [
            {
                "id": outcome.goal.id,
                "goal": outcome.goal.title,
                "must": outcome.goal.must,
                "is_wish": outcome.goal.is_wish,
                "sense": str(outcome.goal.sense),
                "unit": outcome.goal.unit.strip(),
                "median": outcome.median,
                "rounds": list(outcome.figures),
                "verdict": str(outcome.verdict),
                "note": outcome.note,
            }
            for outcome in outcomes
        ],
    }


def is_reached(outcomes: Sequence[Outcome]) -> bool:
    """Whether every must was reached; wishes don't count."""
    return all(outcome.goal.is_wish or outcome.verdict is Verdict.OK for outcome in outcomes)


def _row(outcome: Outcome) -> tuple[str, ...]:
    goal = outcome.goal
    must = f"{goal.sense} {_number(goal.must)}{goal.unit}"
    return goal.id, goal.title, must, _measured(goal, outcome), str(outcome.verdict)


def _measured(goal: Goal, outcome: Outcome) -> str:
    if outcome.median is None:
        return "–"
    low, high = min(outcome.figures), max(outcome.figures)
    return f"{_number(outcome.median)}{goal.unit} ({_number(low)}–{_number(high)})"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
