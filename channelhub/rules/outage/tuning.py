"""How strict to be: settings tried on a history, and the one that fits a wanted rate of false alarms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any, Final

from channelhub.rules.outage.backtest import replay_reports
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection, Score, Truth, score
from channelhub.rules.outage.thresholds import rules_for

THRESHOLDS: Final = (4.5, 5.5, 6.8, 8.0, 10.0)
CUSTOMERS: Final = (3, 4, 5, 7)
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What `[outages]` calls `threshold` and `min_customers`."""

    threshold: float
    min_customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a setting would have raised. `customers` has the distinct customers of each alarm when it came."""

    setting: Setting
    detections: tuple[Detection, ...]
    customers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A trial in figures. `score` is None where the history names no outages; rates are a day."""

    setting: Setting
    alarms: int
    alarms_per_day: float
    customers: float | None  # median when the alarm came
    members: float | None  # median in the end
    score: Score | None

    @property
    def false_alarms_per_day(self) -> float:
        """Without truth, every alarm may be false."""
        return self.alarms_per_day if self.score is None else self.score.false_alarms_per_day

    def document(self) -> dict[str, Any]:
        """The figures for programs."""
        figures = {
            "threshold": self.setting.threshold,
            "min_customers": self.setting.min_customers,
            "alarms": self.alarms,
            "alarms_per_day": round(self.alarms_per_day, 3),
            "customers_median": self.customers,
            "members_median": self.members,
        }
        return figures if self.score is None else figures | self.score.document()


def settings(thresholds: Iterable[float] = THRESHOLDS, customers: Iterable[int] = CUSTOMERS) -> list[Setting]:
    """Every combination, each once, the most sensitive first."""
    pairs = product(sorted(set(thresholds)), sorted(set(customers)))
    return [Setting(threshold=threshold, min_customers=least) for threshold, least in pairs]


def tried(reports: Iterable[Report], setting: Setting) -> Trial:
    """The reports, in order of time, replayed with a setting."""
    opened: dict[str, dict[str, Any]] = {}
    members: dict[str, tuple[int, ...]] = {}
    rules = rules_for(threshold=setting.threshold, min_customers=setting.min_customers)
    for event in replay_reports(reports, rules):
        if event["event"] == "suspected":
            opened[event["outage"]] = event
        elif event["event"] == "summary":
            members = {outage["outage"]: tuple(outage["members"]) for outage in event["outages"]}
    return Trial(
        setting=setting,
        detections=tuple(
            Detection(
                id=name,
                opened_at=event["at_message"],
                members_at_open=tuple(event["members"]),
                members=members[name],
            )
            for name, event in opened.items()
        ),
        customers=tuple(event["customers"] for event in opened.values()),
    )


def outcome(trial: Trial, truths: Sequence[Truth]) -> Outcome:
    """The trial judged; `truths` has a line for each of the history, whether it names outages or not."""
    days = (truths[-1].at_s - truths[0].at_s) / _DAY_S if truths else 0.0
    is_labelled = any(truth.outage for truth in truths)
    return Outcome(
        setting=trial.setting,
        alarms=len(trial.detections),
        alarms_per_day=len(trial.detections) / days if days else 0.0,
        customers=median(trial.customers) if trial.customers else None,
        members=median(len(one.members) for one in trial.detections) if trial.detections else None,
        score=score(truths, trial.detections) if is_labelled else None,
    )


def recommended(outcomes: Sequence[Outcome], wanted_per_day: float) -> Outcome:
    """The best one with no more false alarms a day than wanted; where none is so quiet, the quietest.

    With truth the best finds the most outages, and among equals with the fewest reports. Without, it is the one with
    the most alarms, and among equals the earliest.
    """
    quiet = [one for one in outcomes if one.false_alarms_per_day <= wanted_per_day]
    if not quiet:
        return min(outcomes, key=lambda one: (one.false_alarms_per_day, *_worth(one)))
    return min(quiet, key=_worth)


def _worth(one: Outcome) -> tuple[float, float, float, float]:
    """Smaller is better. Among equals the stricter threshold is the safer one."""
    if one.score is None:
        return -one.alarms, one.customers or 0.0, 0.0, -one.setting.threshold
    reports = median(one.score.reports) if one.score.reports else 0.0
    return -one.score.recall, reports, one.score.false_alarms_per_day, -one.setting.threshold
