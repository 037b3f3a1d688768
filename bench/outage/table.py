"""The results as people read them."""

from collections.abc import Sequence

from bench.outage.running import Run, by_shape
from bench.report import machine
from channelhub.rules.outage.scoring import pooled

_HEADINGS = (
    "detector",
    "F1",
    "P",
    "R",
    "reports med / p90",
    "minutes med / p90",
    "false alarms a day (quiet)",
    "alerts an outage",
    "members P / R",
    "µs a message",
)


def table(runs: Sequence[Run], *, is_each: bool) -> str:
    """A Markdown row for each detector over all its streams, and with `is_each` one for each stream."""
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for name in dict.fromkeys(run.detector for run in runs):
        own = [run for run in runs if run.detector == name]
        if is_each:
            rows += [_row(f"{name} on {run.stream}", [run]) for run in own]
        rows.append(_row(name, own))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    seen = {run.stream: run.score for run in runs}
    outages, days = sum(one.outages for one in seen.values()), sum(one.days for one in seen.values())
    messages = sum(one.messages for one in seen.values())
    prepare_us = sum(run.prepare_us * run.score.messages for run in runs) / sum(run.score.messages for run in runs)
    notes = (
        f"{outages} outages in {messages} messages of {days:.0f} days: {', '.join(seen)}",
        f"times are the detector's own; reading the words takes {prepare_us:.0f} µs a message before it",
        f"Machine: {machine()}",
    )
    return "\n".join([*lines, "", *notes])


def details(name: str, runs: Sequence[Run], *, is_long: bool) -> str:
    """By which shapes of outages are found, and what the false alarms are made of."""
    score = pooled([run.score for run in runs])
    shapes = ", ".join(f"{shape} {hit}/{all_}" for shape, (hit, all_) in by_shape(score).items())
    alarms = ", ".join(f"{kind} {count}" for kind, count in sorted(score.false_alarms.items())) or "none"
    lines = f"{name}: {shapes}; false alarms: {alarms}; neutral: {score.neutral}\n"
    return lines + (f"  missed: {', '.join(score.missed)}\n" if is_long and score.missed else "")


def _row(name: str, runs: Sequence[Run]) -> tuple[str, ...]:
    score = pooled([run.score for run in runs])
    figures = score.document()
    spent_us = sum(run.detect_us * run.score.messages for run in runs) / max(1, score.messages)
    quiet = figures["false_alarms_per_quiet_day"]
    return (
        name,
        f"{score.f1:.3f}",
        f"{score.precision:.2f}",
        f"{score.recall:.2f}",
        f"{_shown(figures['reports_median'])} / {_shown(figures['reports_p90'])}",
        f"{_shown(figures['minutes_median'])} / {_shown(figures['minutes_p90'])}",
        f"{_shown(figures['false_alarms_per_day'])} ({_shown(quiet)})",
        _shown(figures["alerts_per_outage"]),
        f"{_shown(figures['member_precision'])} / {_shown(figures['member_recall'])}",
        f"{spent_us:.0f}",
    )


def _shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:g}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
