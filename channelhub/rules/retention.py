"""How long what happened is kept, and what must stay although it is old."""

from collections.abc import Sequence
from enum import StrEnum

from channelhub.rules.outage.alerts import NEAR_US
from channelhub.rules.outage.thresholds import DAY_US


class Kept(StrEnum):
    """What is forgotten after a time."""

    EVENTS = "events"
    AUDIT = "audit"
    ALERTS = "alerts"  # what targets were told of outages
    MONITORING = "monitoring"  # what monitoring systems said


def forget_before_us(now_us: int, days: int) -> int | None:
    """What was over before this moment may go; None: nothing may. `days` 0 is for ever."""
    return now_us - days * DAY_US if days else None


def needed_alerts_from_us(began_us: int | None) -> int | None:
    """From when on the alerts of monitoring are looked at for the open outage that began first; None: none is open."""
    return None if began_us is None else began_us - NEAR_US


def last_to_forget(oldest: Sequence[tuple[int, int]], *, before_us: int, needed_from_id: int) -> int | None:
    """The last id of the table's beginning that may go, of the oldest rows as (id, microseconds) in order of ids.

    A row stays when it isn't old, when a reader hasn't read it yet, and when one before it stays: readers remember an
    id, so what goes is one piece.
    """
    last = None
    for row_id, at_us in oldest:
        if at_us >= before_us or row_id >= needed_from_id:
            break
        last = row_id
    return last
