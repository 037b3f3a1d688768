"""How often a suspected outage was one, as the API shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from channelhub.rules.outage.precision import Raised, Record, Unit, by_period, record


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """Of the outages suspected in a time: `confirmed` and `dismissed` by people, `undecided` the others; `merged` are
    parts of others and counted nowhere else. `precision`: confirmed of those decided about, with its 95 % interval.
    Medians are of those that nobody dismissed. Null where there is nothing to tell."""

    suspected: int
    confirmed: int
    dismissed: int
    undecided: int
    merged: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    customers_to_suspicion: float | None
    minutes_to_suspicion: float | None
    minutes_to_confirmation: float | None


class PeriodView(RecordView, frozen=True, kw_only=True):
    """A week (from Monday, UTC) or month; `until` is not part of it."""

    since: datetime
    until: datetime


class PrecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The newest period first, and all of them together."""

    by: str
    periods: list[PeriodView]
    total: RecordView


def precision(raised: Sequence[Raised], now: datetime, *, unit: Unit, periods: int) -> PrecisionView:
    """Of the outages raised since the first of these periods began."""
    return PrecisionView(
        by=str(unit),
        periods=[
            PeriodView(since=one.begins, until=one.ends, **_fields(one.record))
            for one in by_period(raised, now, unit=unit, periods=periods)
        ],
        total=RecordView(**_fields(record(raised))),
    )


def _fields(one: Record) -> dict[str, Any]:
    return {
        "suspected": one.suspected,
        "confirmed": one.confirmed,
        "dismissed": one.dismissed,
        "undecided": one.undecided,
        "merged": one.merged,
        "precision": _rounded(one.precision, 4),
        "precision_low": _rounded(one.low, 4),
        "precision_high": _rounded(one.high, 4),
        "customers_to_suspicion": _rounded(one.customers_to_suspicion, 1),
        "minutes_to_suspicion": _rounded(one.minutes_to_suspicion, 1),
        "minutes_to_confirmation": _rounded(one.minutes_to_confirmation, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
