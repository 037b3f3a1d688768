"""`python -m bench`: measure, print the table, and end with 1 when a must is not reached."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import disk, end_to_end, intake, parse_rate, poison, reading, startup
from bench.figures import Goal, Outcome, missing
from bench.processes import BenchError, fresh
from bench.report import document, is_reached, table
from bench.settings import Settings

Measure = Callable[[Settings], list[Outcome]]
#: What is measured together: the goals' ids as `--only` names them.
MEASURES: tuple[tuple[Measure, tuple[Goal, ...]], ...] = (
    (startup.measure_help, (startup.HELP,)),
    (startup.measure_ready, (startup.READY,)),
    (disk.measure_writer, (disk.D1,)),
    (intake.measure_smtp, (*intake.S1.values(), intake.S4)),
    (disk.measure_slow_disk, (disk.S5, disk.S5_BARE)),
    (intake.measure_http, (*intake.H1.values(), *intake.H1_LEAST.values(), intake.H2)),
    (end_to_end.measure, (end_to_end.E1, end_to_end.E1_PIPED, end_to_end.E1_HELPDESK, end_to_end.E1_ROUNDUP)),
    (poison.measure, (poison.P1,)),
    (parse_rate.measure, (parse_rate.M1, parse_rate.M1_PEER)),
    (reading.measure_clicks, (reading.L1,)),
    (reading.measure, (reading.C1, reading.C1_SIZE, reading.C2, reading.F1)),
)


def main() -> int:
    given = _options().parse_args()
    wanted = {word.strip().lower() for word in given.only.split(",") if word.strip()}
    known = {_short(goal) for _, goals in MEASURES for goal in goals}
    if unknown := wanted - known:
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}; these are known: {', '.join(sorted(known))}\n")
        return 2
    settings = Settings(rounds=given.rounds, seconds=given.seconds, folder=fresh(given.folder.absolute()))
    outcomes: list[Outcome] = []
    for measure, goals in MEASURES:
        if not wanted or wanted & {_short(goal) for goal in goals}:
            outcomes += _take(measure, goals, settings)
    text = json.dumps(document(outcomes), ensure_ascii=False, indent=2) if given.json else table(outcomes)
    sys.stdout.write(text + "\n")
    return 0 if is_reached(outcomes) else 1


def _take(measure: Measure, goals: Sequence[Goal], settings: Settings) -> list[Outcome]:
    """A measurement that breaks counts as missing, and the others go on."""
    try:
        return measure(settings)
    except BenchError as exc:
        sys.stderr.write(f"{goals[0].id}: {exc}\n")
        return [missing(goal, str(exc)) for goal in goals]


def _short(goal: Goal) -> str:
    """An id without what follows it: `S1 c10` is chosen by `s1`."""
    return goal.id.split()[0].lower()


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench", description="Speed as ratios against bare servers.")
    options.add_argument("--only", default="", metavar="S1,H1", help="ids to measure; without it all")
    options.add_argument("--rounds", type=int, default=5, help="paired rounds of each measurement (default 5)")
    options.add_argument("--seconds", type=float, default=1.5, help="length of a load (default 1.5)")
    options.add_argument("--json", action="store_true", help="print JSON instead of the table")
    options.add_argument("--folder", type=Path, default=Path(".make/bench"), help="emptied, on the disk to be measured")
    return options


if __name__ == "__main__":
    sys.exit(main())
