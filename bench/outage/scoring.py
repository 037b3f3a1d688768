"""Scores detections against the truth of a stream.

A detection finds the outage that at least half of its members at opening report; the first that finds an outage is its
hit, further ones are duplicates. One whose members at opening are at least half neutral counts neither way. The others
are false alarms, named by the kind that most of their members at opening are of.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """`opened_at` and the members are 0-based lines; `members` are the final ones."""

    id: str
    opened_at: int
    members_at_open: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts and samples of one stream, which `pooled` adds up.

    `reports` and `minutes` have an entry for each hit: reports of the outage up to the alarm, and minutes since the
    first. Member precision and recall are those of the largest detection of each found outage.
    """

    days: float
    messages: int
    outages: int
    false_alarms: Mapping[str, int]
    duplicates: int
    neutral: int
    reports: tuple[int, ...]
    minutes: tuple[float, ...]
    member_precision: tuple[float, ...]
    member_recall: tuple[float, ...]
    shapes: Mapping[str, tuple[int, int]]
    quiet_days: float = 0.0
    quiet_false_alarms: int = 0
    missed: tuple[str, ...] = ()

    @property
    def detected(self) -> int:
        return len(self.reports)

    @property
    def precision(self) -> float:
        alarms = self.detected + sum(self.false_alarms.values())
        return self.detected / alarms if alarms else 1.0

    @property
    def recall(self) -> float:
        return self.detected / self.outages if self.outages else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def document(self) -> dict[str, Any]:
        """The figures for programs, rounded."""
        alarms = sum(self.false_alarms.values())
        return {
            "messages": self.messages,
            "days": round(self.days, 1),
            "outages": self.outages,
            "detected": self.detected,
            "precision": round(self.precision, 3),
            "recall": round(self.recall, 3),
            "f1": round(self.f1, 3),
            "reports_median": _rounded(median, self.reports),
            "reports_p90": _rounded(p90, self.reports),
            "minutes_median": _rounded(median, self.minutes),
            "minutes_p90": _rounded(p90, self.minutes),
            "false_alarms": alarms,
            "false_alarms_by_kind": dict(self.false_alarms),
            "false_alarms_per_day": round(alarms / self.days, 3) if self.days else None,
            "false_alarms_per_quiet_day": (
                round(self.quiet_false_alarms / self.quiet_days, 3) if self.quiet_days else None
            ),
            "duplicates": self.duplicates,
            "alerts_per_outage": round(1 + self.duplicates / self.detected, 2) if self.detected else None,
            "neutral": self.neutral,
            "member_precision": _rounded(mean, self.member_precision, 3),
            "member_recall": _rounded(mean, self.member_recall, 3),
            "recall_by_shape": {shape: f"{hit}/{all_}" for shape, (hit, all_) in sorted(self.shapes.items())},
            "missed": list(self.missed),
        }


@dataclass(slots=True)
class _Tally:
    hits: dict[str, Detection] = field(default_factory=dict)
    found: dict[str, list[Detection]] = field(default_factory=lambda: defaultdict(list))
    false_alarms: Counter[str] = field(default_factory=Counter)
    neutral: int = 0


def score(lines: Sequence[Mapping[str, Any]], detections: Iterable[Detection]) -> Score:
    """`lines` are a stream's, with `ts`, `truth_outage` and `kind`."""
    outages: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line["truth_outage"]:
            outages[line["truth_outage"]].append(number)
    tally = _Tally()
    for detection in sorted(detections, key=lambda one: one.opened_at):
        _judge(lines, detection, tally)
    shapes: dict[str, tuple[int, int]] = {}
    for outage in outages:
        shape = outage.rsplit("-", 1)[-1]
        hit, all_ = shapes.get(shape, (0, 0))
        shapes[shape] = (hit + (outage in tally.hits), all_ + 1)
    largest = {outage: max(found, key=lambda one: len(one.members)) for outage, found in tally.found.items()}
    days = (lines[-1]["ts"] - lines[0]["ts"]) / _DAY_S if lines else 0.0
    alarms = tally.false_alarms.total()
    return Score(
        days=days,
        messages=len(lines),
        outages=len(outages),
        false_alarms=dict(tally.false_alarms),
        duplicates=sum(len(found) - 1 for found in tally.found.values()),
        neutral=tally.neutral,
        reports=tuple(_seen(outages[outage], hit) for outage, hit in tally.hits.items()),
        minutes=tuple(
            (lines[hit.opened_at]["ts"] - lines[outages[outage][0]]["ts"]) / 60 for outage, hit in tally.hits.items()
        ),
        member_precision=tuple(_share(one.members, outages[outage]) for outage, one in largest.items()),
        member_recall=tuple(_share(outages[outage], one.members) for outage, one in largest.items()),
        shapes=shapes,
        quiet_days=0.0 if outages else days,
        quiet_false_alarms=0 if outages else alarms,
        missed=tuple(outage for outage in outages if outage not in tally.hits),
    )


def pooled(scores: Sequence[Score]) -> Score:
    """All streams as one: counts are added, samples put together."""
    shapes: dict[str, tuple[int, int]] = {}
    false_alarms: Counter[str] = Counter()
    for one in scores:
        false_alarms.update(one.false_alarms)
        for shape, (hit, all_) in one.shapes.items():
            before = shapes.get(shape, (0, 0))
            shapes[shape] = (before[0] + hit, before[1] + all_)
    return Score(
        days=sum(one.days for one in scores),
        messages=sum(one.messages for one in scores),
        outages=sum(one.outages for one in scores),
        false_alarms=dict(false_alarms),
        duplicates=sum(one.duplicates for one in scores),
        neutral=sum(one.neutral for one in scores),
        reports=tuple(count for one in scores for count in one.reports),
        minutes=tuple(count for one in scores for count in one.minutes),
        member_precision=tuple(share for one in scores for share in one.member_precision),
        member_recall=tuple(share for one in scores for share in one.member_recall),
        shapes=shapes,
        quiet_days=sum(one.quiet_days for one in scores),
        quiet_false_alarms=sum(one.quiet_false_alarms for one in scores),
        missed=tuple(outage for one in scores for outage in one.missed),
    )


def p90(values: Sequence[float]) -> float:
    """The value that nine in ten don't exceed."""
    return sorted(values)[int(0.9 * (len(values) - 1))]


def _judge(lines: Sequence[Mapping[str, Any]], detection: Detection, tally: _Tally) -> None:
    at_open = [lines[number] for number in detection.members_at_open]
    needed = max(1, len(at_open)) / 2
    reported = Counter(line["truth_outage"] for line in at_open if line["truth_outage"])
    outage, count = reported.most_common(1)[0] if reported else ("", 0)
    kinds = Counter(line["kind"] for line in at_open)
    if outage and count >= needed:
        tally.hits.setdefault(outage, detection)
        tally.found[outage].append(detection)
    elif kinds["neutral"] >= needed:
        tally.neutral += 1
    else:
        tally.false_alarms[kinds.most_common(1)[0][0] if kinds else "none"] += 1


def _seen(reports: Sequence[int], hit: Detection) -> int:
    return sum(number <= hit.opened_at for number in reports)


def _share(of: Sequence[int], among: Sequence[int]) -> float:
    return len({*of} & {*among}) / len({*of}) if of else 0.0


def _rounded(figure: Any, sample: Sequence[float], digits: int = 1) -> float | None:
    return round(float(figure(sample)), digits) if sample else None
