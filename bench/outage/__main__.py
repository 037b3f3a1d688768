"""`python -m bench.outage [FOLDER]`: quality and cost of the detector beside simpler ones, in one run.

Without a folder the project's own streams are made and used; with one, its `*.jsonl.gz` with their truth.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.outage.running import CEILING, DETECTORS, Asked, generated, results, stored
from bench.outage.streams import BUSY, KINDS
from bench.outage.table import details, table
from bench.processes import BenchError

_KNOWN = (*DETECTORS, CEILING)


def main() -> int:
    given = _options().parse_args()
    try:
        asked = _asked(given)
    except BenchError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    runs = results(asked, given.detectors.split(","), jobs=given.jobs)
    if given.json:
        quality = [run.document() for run in runs]
        cost = json.loads(_cost(given.cost, "--json")) if given.cost else []
        sys.stdout.write(json.dumps({"quality": quality, "cost": cost}, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write(table(runs, is_each=given.each) + "\n")
    for name in given.detectors.split(","):
        sys.stdout.write(details(name, [run for run in runs if run.detector == name], is_long=given.missed))
    if given.cost:
        sys.stdout.write("\nWhat a vote costs channelhub's detector with so many alive:\n" + _cost(given.cost))
    return 0


def _cost(sizes: str, *more: str) -> str:
    """What `bench.outage.cost` prints; whether its goals are reached is its own verdict."""
    command = [sys.executable, "-m", "bench.outage.cost", "--sizes", sizes, "--timed", "2000", *more]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout


def _asked(given: argparse.Namespace) -> list[Asked]:
    unknown = [name for name in given.detectors.split(",") if name not in _KNOWN]
    if unknown:
        raise BenchError(f"unknown: {', '.join(unknown)}; these are known: {', '.join(_KNOWN)}")
    if given.folder is not None:
        found = stored(given.folder)
        if not found:
            raise BenchError(f"{given.folder} holds no .jsonl.gz files")
        return found
    kinds = [kind for kind in (*KINDS, BUSY) if kind.name in given.kinds.split(",")]
    return generated(kinds, [int(seed) for seed in given.seeds.split(",")])


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, help="streams with their truth (default: generated)")
    options.add_argument("--seeds", default="1,2", help="of the generated streams (default 1,2)")
    options.add_argument(
        "--kinds", default=",".join(kind.name for kind in KINDS), help="generated streams; there is busy, too"
    )
    options.add_argument("--detectors", default=",".join(_KNOWN), help="which (default all)")
    options.add_argument("--each", action="store_true", help="a row for each stream, too")
    options.add_argument("--missed", action="store_true", help="name the outages that weren't found")
    options.add_argument("--cost", default="1000,100000", metavar="SIZES", help="live votes to time; empty for none")
    options.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    options.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return options


if __name__ == "__main__":
    sys.exit(main())
