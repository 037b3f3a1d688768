"""How long what happened is kept, and what must stay although it is old."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from channelhub.domain.incidents import IncidentState
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRule:
    """For how long messages of an account or channel are kept; an empty name fits any.

    With `keep_open` an incident goes as a whole, `days` after the last that happened in it, and never while it is open;
    without, each message goes by its own age.
    """

    account: str
    channel: str
    days: int
    keep_open: bool

    def fits(self, account: str, channel: str) -> bool:
        return self.account in ("", account) and self.channel in ("", channel)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of one account at one moment: what was over before it goes. Microseconds UTC."""

    account: str
    before_us: int
    keep_open: bool


def limits(rules: Iterable[MessageRule], channels: Mapping[str, str], *, now_us: int) -> tuple[Limit, ...]:
    """Of each account, by its channel, the first rule that fits; accounts that none fits keep everything."""
    known = tuple(rules)
    first = {name: next((one for one in known if one.fits(name, channel)), None) for name, channel in channels.items()}
    return tuple(
        Limit(account=name, before_us=now_us - rule.days * DAY_US, keep_open=rule.keep_open)
        for name, rule in sorted(first.items())
        if rule is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What of a stored message says whether it goes. `state` and the times are of its incident, where it has one:
    when it was changed, and when the newest message in it came."""

    id: int
    account: str
    received_us: int
    incident_id: int | None = None
    state: IncidentState | None = None
    changed_us: int = 0
    newest_us: int = 0


class Verdict(StrEnum):
    """What becomes of a message."""

    GOES = "goes"
    YOUNG = "young"  # or in an incident in which something happened since
    OPEN = "open"  # would go, but somebody still works on it


def verdict(one: Aged, limit: Limit) -> Verdict:
    if one.received_us >= limit.before_us:
        return Verdict.YOUNG
    if not limit.keep_open or one.state is None:
        return Verdict.GOES
    if one.state.is_open:
        return Verdict.OPEN
    return Verdict.GOES if max(one.changed_us, one.newest_us) < limit.before_us else Verdict.YOUNG
