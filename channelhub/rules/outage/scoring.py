"""Scores detections against the truth of a history whose outages are known.

A detection finds the outage that at least half of its members at opening report; the first that finds an outage is its
hit, further ones are duplicates. One whose members at opening are at least half neutral counts neither way. The others
are false alarms, named by the kind that most of their members at opening are of.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import mean, median
from typing import Any

_DAY_S = 86_400.0


#: The kind of messages that many wrote though nothing was broken.
NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Of one line: when it came (unix seconds), the outage that it reports, if any, and what it is otherwise."""

    at_s: float
    outage: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """`opened_at` and the members are 0-based lines; `members` are the final ones."""

    id: str
    opened_at: int
    members_at_open: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts and samples of one history, which `pooled` adds up.

    `reports` and `minutes` have an entry for each hit: reports of the outage up to the alarm, and minutes since the
    first. Member precision and recall are those of the largest detection of each found outage.
    """

    days: float
    messages: int
    false_alarms: Mapping[str, int]
    duplicates: int
    neutral: int
    reports: tuple[int, ...]
    minutes: tuple[float, ...]
    member_precision: tuple[float, ...]
    member_recall: tuple[float, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    quiet_days: float = 0.0  # of histories without any outage
    quiet_false_alarms: int = 0

    @property
    def detected(self) -> int:
        return len(self.found)

    @property
    def outages(self) -> int:
        return len(self.found) + len(self.missed)

    @property
    def false_alarms_per_day(self) -> float:
        return sum(self.false_alarms.values()) / self.days if self.days else 0.0

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
            "false_alarms": sum(self.false_alarms.values()),
            "false_alarms_by_kind": dict(self.false_alarms),
            "false_alarms_per_day": round(self.false_alarms_per_day, 3),
            "false_alarms_per_quiet_day": (
                round(self.quiet_false_alarms / self.quiet_days, 3) if self.quiet_days else None
            ),
            "duplicates": self.duplicates,
            "alerts_per_outage": round(1 + self.duplicates / self.detected, 2) if self.detected else None,
            "neutral": self.neutral,
            "member_precision": _rounded(mean, self.member_precision, 3),
            "member_recall": _rounded(mean, self.member_recall, 3),
            "missed": list(self.missed),
        }


@dataclass(slots=True)
class _Tally:
    hits: dict[str, Detection] = field(default_factory=dict)
    found: dict[str, list[Detection]] = field(default_factory=lambda: defaultdict(list))
    false_alarms: Counter[str] = field(default_factory=Counter)
    neutral: int = 0


def score(truths: Sequence[Truth], detections: Iterable[Detection]) -> Score:
    """The detections of a history judged by its truth, a line each, in order of time."""
    outages: dict[str, list[int]] = defaultdict(list)
    for number, truth in enumerate(truths):
        if truth.outage:
            outages[truth.outage].append(number)
    tally = _Tally()
    for detection in sorted(detections, key=lambda one: one.opened_at):
        _judge(truths, detection, tally)
    largest = {outage: max(found, key=lambda one: len(one.members)) for outage, found in tally.found.items()}
    days = (truths[-1].at_s - truths[0].at_s) / _DAY_S if truths else 0.0
    return Score(
        days=days,
        messages=len(truths),
        false_alarms=dict(tally.false_alarms),
        duplicates=sum(len(found) - 1 for found in tally.found.values()),
        neutral=tally.neutral,
        reports=tuple(_seen(outages[outage], hit) for outage, hit in tally.hits.items()),
        minutes=tuple(
            (truths[hit.opened_at].at_s - truths[outages[outage][0]].at_s) / 60 for outage, hit in tally.hits.items()
        ),
        member_precision=tuple(_share(one.members, outages[outage]) for outage, one in largest.items()),
        member_recall=tuple(_share(outages[outage], one.members) for outage, one in largest.items()),
        found=tuple(tally.hits),
        missed=tuple(outage for outage in outages if outage not in tally.hits),
        quiet_days=0.0 if outages else days,
        quiet_false_alarms=0 if outages else tally.false_alarms.total(),
    )


def pooled(scores: Sequence[Score]) -> Score:
    """All histories as one: counts are added, samples put together."""
    false_alarms: Counter[str] = Counter()
    for one in scores:
        false_alarms.update(one.false_alarms)
    return Score(
        days=sum(one.days for one in scores),
        messages=sum(one.messages for one in scores),
        false_alarms=dict(false_alarms),
        duplicates=sum(one.duplicates for one in scores),
        neutral=sum(one.neutral for one in scores),
        reports=tuple(chain.from_iterable(one.reports for one in scores)),
        minutes=tuple(chain.from_iterable(one.minutes for one in scores)),
        member_precision=tuple(chain.from_iterable(one.member_precision for one in scores)),
        member_recall=tuple(chain.from_iterable(one.member_recall for one in scores)),
        found=tuple(chain.from_iterable(one.found for one in scores)),
        missed=tuple(chain.from_iterable(one.missed for one in scores)),
        quiet_days=sum(one.quiet_days for one in scores),
        quiet_false_alarms=sum(one.quiet_false_alarms for one in scores),
    )


def p90(values: Sequence[float]) -> float:
    """The value that nine in ten don't exceed."""
    return sorted(values)[int(0.9 * (len(values) - 1))]


def _judge(truths: Sequence[Truth], detection: Detection, tally: _Tally) -> None:
    at_open = [truths[number] for number in detection.members_at_open]
    needed = max(1, len(at_open)) / 2
    reported = Counter(truth.outage for truth in at_open if truth.outage)
    outage, count = reported.most_common(1)[0] if reported else ("", 0)
    kinds = Counter(truth.kind for truth in at_open)
    if outage and count >= needed:
        tally.hits.setdefault(outage, detection)
        tally.found[outage].append(detection)
    elif kinds[NEUTRAL] >= needed:
        tally.neutral += 1
    else:
        tally.false_alarms[kinds.most_common(1)[0][0] if kinds else ""] += 1


def _seen(reports: Sequence[int], hit: Detection) -> int:
    return sum(number <= hit.opened_at for number in reports)


def _share(of: Sequence[int], among: Sequence[int]) -> float:
    return len({*of} & {*among}) / len({*of}) if of else 0.0


def _rounded(figure: Callable[[Sequence[float]], float], sample: Sequence[float], digits: int = 1) -> float | None:
    return round(float(figure(sample)), digits) if sample else None
