"""`python -m bench.outage.cost`: what a vote costs with a thousand to a million live ones, and what a restart costs.

Each size has a process of its own, so that memory is its own, too. The detector gets two weeks of history, then as many
messages in twelve hours as shall be alive, then the messages that are timed: each brings a vote and lets one expire.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import thread_time

import msgspec

from bench.outage.cost_traffic import START_US, CostTraffic
from channelhub.content.features import features
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Decision, Report
from channelhub.rules.outage.thresholds import DAY_US, OutageRules
from channelhub.rules.outage.votes import Vote

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_HISTORY = 60_000
_HISTORY_DAYS = 14
_MEGABYTE = 1 << 20
MOST_RATIO = 1.5
MOST_MEAN_US = 250.0
MOST_P99_US = 1000.0


class Cost(msgspec.Struct, kw_only=True):
    """Times of one message in microseconds; `features_us` is what reading its words takes beforehand, on average.

    The snapshot is the hourly one, with the votes of an hour; restoring starts from those of all twelve.
    """

    live: int
    mean_us: float
    p50_us: float
    p99_us: float
    most_us: float
    features_us: float
    fill_us: float
    megabytes: float
    snapshot_s: float
    snapshot_megabytes: float
    restore_s: float


class _Filling(Detector):
    """Looks for no outages while it is filled, which is the bench's time, not the detector's."""

    is_full = False

    def _look_for_burst(self, vote: Vote) -> list[Decision]:
        return super()._look_for_burst(vote) if self.is_full else []


def measure(live: int, timed: int) -> Cost:
    """Fill a detector with `live` votes, then time the next ones."""
    traffic, rules = CostTraffic(), OutageRules()
    traffic.warm_up()
    gc.freeze()  # what the bench itself keeps is not counted anew in each collection, as it isn't in the hub
    before_mb = _resident_mb()
    detector = _Filling(rules)
    start_us = START_US + _HISTORY_DAYS * DAY_US
    for report in traffic.reports(_HISTORY, from_us=START_US, to_us=start_us, is_backfill=True):
        detector.vote(_received(report))
    full_us = start_us + rules.lifetime_us
    began_s = thread_time()
    for report in traffic.reports(live, from_us=start_us, to_us=full_us):
        detector.vote(_received(report))
    fill_us = 1e6 * (thread_time() - began_s) / live
    detector.is_full = True
    spent = _timed(detector, traffic, timed, from_us=full_us, gap_us=rules.lifetime_us // live)
    megabytes = _resident_mb() - before_mb
    whole = detector.snapshot()
    began_s = thread_time()
    hourly = detector.snapshot(detector.next_number - live // 12)
    snapshot_s = thread_time() - began_s
    began_s = thread_time()
    Detector.restore(rules, whole)
    return Cost(
        live=live,
        mean_us=sum(spent) / len(spent),
        p50_us=spent[len(spent) // 2],
        p99_us=spent[len(spent) * 99 // 100],
        most_us=spent[-1],
        features_us=_features_us(traffic, timed),
        fill_us=fill_us,
        megabytes=megabytes,
        snapshot_s=snapshot_s,
        snapshot_megabytes=sum(map(len, [hourly.core, *(block.votes for block in hourly.blocks)])) / _MEGABYTE,
        restore_s=thread_time() - began_s,
    )


def _timed(detector: Detector, traffic: CostTraffic, count: int, *, from_us: int, gap_us: int) -> list[float]:
    """Microseconds of each of the next votes, ascending."""
    reports = [_received(one) for one in traffic.reports(count, from_us=from_us, to_us=from_us + count * gap_us)]
    spent = []
    for report in reports:
        began_s = thread_time()
        detector.vote(report)
        spent.append(1e6 * (thread_time() - began_s))
    return sorted(spent)


def _received(report: Report) -> Report:
    """The report as grouping gets it from the table: nothing is shared with other reports."""
    return _report.decode(msgspec.json.encode(report))


_report = msgspec.json.Decoder(Report)


def _features_us(traffic: CostTraffic, count: int) -> float:
    texts = [traffic.text() for _ in range(count)]
    began_s = thread_time()
    for text, language in texts:
        features(subject="", text=text, language=language)
    return 1e6 * (thread_time() - began_s) / count


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / _MEGABYTE


def main() -> int:
    given = _options().parse_args()
    if given.child:
        sys.stdout.write(msgspec.json.encode(measure(given.child, given.timed)).decode() + "\n")
        return 0
    costs = []
    for size in given.sizes:
        command = [sys.executable, "-m", "bench.outage.cost", "--child", str(size), "--timed", str(given.timed)]
        answer = subprocess.run(command, capture_output=True, check=True).stdout
        costs.append(msgspec.json.decode(answer, type=Cost))
        if not given.json:
            sys.stdout.write(_line(costs[-1]) if len(costs) > 1 else _HEAD + _line(costs[-1]))
            sys.stdout.flush()
    if given.json:
        sys.stdout.write(json.dumps([msgspec.to_builtins(cost) for cost in costs]) + "\n")
    else:
        sys.stdout.write(verdict(costs))
    return 0 if is_reached(costs) else 1


_HEAD = (
    f"{'live votes':>10} {'mean µs':>8} {'p50':>6} {'p99':>7} {'most':>8} {'features':>9} {'MB':>6}"
    f" {'snapshot s':>11} {'MB':>6} {'restore s':>10}\n"
)


def _line(cost: Cost) -> str:
    return (
        f"{cost.live:>10} {cost.mean_us:>8.0f} {cost.p50_us:>6.0f} {cost.p99_us:>7.0f} {cost.most_us:>8.0f}"
        f" {cost.features_us:>9.0f} {cost.megabytes:>6.0f} {cost.snapshot_s:>11.2f}"
        f" {cost.snapshot_megabytes:>6.0f} {cost.restore_s:>10.2f}\n"
    )


def is_reached(costs: Sequence[Cost]) -> bool:
    """The largest window costs no more than it may, features included, and little more than the smallest."""
    first, last = costs[0], costs[-1]
    return (
        last.mean_us + last.features_us <= MOST_MEAN_US
        and last.p99_us <= MOST_P99_US
        and last.mean_us <= MOST_RATIO * first.mean_us
    )


def verdict(costs: Sequence[Cost]) -> str:
    """One sentence on the goals."""
    first, last = costs[0], costs[-1]
    return (
        f"{last.live} live votes cost {last.mean_us / first.mean_us:.2f} times what {first.live} cost"
        f" (at most {MOST_RATIO}); mean {last.mean_us:.0f} µs, {last.mean_us + last.features_us:.0f} with features"
        f" (at most {MOST_MEAN_US:.0f}); p99 {last.p99_us:.0f} µs (at most {MOST_P99_US:.0f})\n"
    )


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench.outage.cost", description=__doc__)
    options.add_argument("--sizes", type=_sizes, default=SIZES, metavar="1000,10000", help="live votes")
    options.add_argument("--timed", type=int, default=5000, help="messages timed at each size")
    options.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    options.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return options


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
