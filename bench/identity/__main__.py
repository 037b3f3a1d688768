"""`python -m bench.identity`: made-up people through the real pipeline; pairwise precision and recall; 1 where a goal
is missed.

Seeds below 100 are for trying; the figures of the documentation are of seeds from 100 on, run once.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import uvloop

from bench.identity.playing import play
from bench.identity.population import make
from bench.identity.scoring import GOAL_PRECISION, GOAL_RECALL, Scores, added, score


def main() -> int:
    given = _options().parse_args()
    found = []
    for seed in range(given.seed, given.seed + given.seeds):
        world = make(seed, given.people)
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            found.append(score(world, uvloop.run(play(Path(folder), world))))
    total = added(found)
    text = (
        json.dumps(asdict(total) | {"precision": total.precision, "recall": total.recall})
        if given.json
        else table(found, total, given.seed)
    )
    sys.stdout.write(text + "\n")
    return 0 if total.is_reached else 1


def table(found: list[Scores], total: Scores, first: int) -> str:
    head = "| seed | messages | customers | precision | recall | with suggestions | impersonators | right | wrong |"
    rows = [_row(str(first + place), one) for place, one in enumerate(found)] + [_row("all", total)]
    return "\n".join(
        [
            head,
            "|" + "---|" * 9,
            *rows,
            "",
            f"precision: pairs that the hub joined by itself and that are one person's ({total.automatic_right} of "
            f"{total.automatic}, goal ≥ {GOAL_PRECISION})",
            "recall: pairs of one person that left a trace, joined by the hub alone, and with right "
            f"suggestions accepted ({total.traced_settled} of {total.traced}, goal ≥ {GOAL_RECALL})",
            f"suggestions: {total.right / max(1, total.right + total.wrong):.1%} right, "
            f"{total.wrong / total.customers:.2f} wrong ones for each customer, {total.most_wrong} at most on one card",
            f"{total.process_us:.0f} µs of the pipeline for each message",
        ]
    )


def _row(name: str, one: Scores) -> str:
    return (
        f"| {name} | {one.messages} | {one.customers} | {one.precision:.5f} | {one.traced_automatic / one.traced:.4f} "
        f"| {one.recall:.4f} | {one.impersonated} | {one.right} | {one.wrong} |"
    )


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench.identity", description="Who is put together with whom.")
    options.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    options.add_argument("--seeds", type=int, default=3, help="how many seeds (default 3)")
    options.add_argument("--people", type=int, default=400, help="people of each seed (default 400)")
    options.add_argument("--folder", type=Path, help="where the databases lie while they are needed")
    options.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return options


if __name__ == "__main__":
    sys.exit(main())
