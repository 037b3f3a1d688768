"""When the people on call are told of an outage: from what it is now and what they were told last."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.domain.alerts import AlertAction, Severity
from channelhub.domain.outages import OutageState

GROWN_BY: Final = 2  # an update is due when so many times as many customers are affected as were told
KEY_PREFIX: Final = "channelhub-"
KEY_LABEL: Final = "outage"  # under which a receiver that has labels gets the key
_ORDER: Final = (OutageState.EMERGING, OutageState.SUSPECTED, OutageState.CONFIRMED, OutageState.MONITORING)
_PRIVATE: Final = re.compile(r"[^\s@]{1,64}@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\+?\d[\d\s()./-]{3,}\d|\d{5,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What a target is told. `least_state` is suspected or confirmed."""

    least_state: OutageState = OutageState.SUSPECTED
    least_customers: int = 0
    has_updates: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An outage as far as telling depends on it: as it is, or as it was told."""

    state: OutageState
    customers: int
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The last thing that a target was told, or is going to be told."""

    action: AlertAction
    standing: Standing

    @property
    def is_open(self) -> bool:
        return self.action is not AlertAction.RESOLVE


def next_action(now: Standing, told: Told | None, wants: Wants) -> AlertAction | None:
    """What a target is to be told now; None: nothing. What was told by then has to be given as `told` next time."""
    is_told_open = told is not None and told.is_open
    if not now.state.is_open:
        return AlertAction.RESOLVE if is_told_open else None
    if not is_told_open:
        return AlertAction.TRIGGER if _is_wanted(now, wants) else None
    assert told is not None
    return AlertAction.UPDATE if wants.has_updates and _is_news(now, told.standing) else None


def _is_wanted(now: Standing, wants: Wants) -> bool:
    return _ORDER.index(now.state) >= _ORDER.index(wants.least_state) and now.customers >= wants.least_customers


def _is_news(now: Standing, before: Standing) -> bool:
    has_grown = now.customers >= max(before.customers, 1) * GROWN_BY
    return has_grown or now.state is not before.state or now.level != before.level


def severity(standing: Standing) -> Severity:
    """Suspected is a warning, confirmed an error, escalated critical."""
    if standing.level:
        return Severity.CRITICAL
    return Severity.WARNING if standing.state in (OutageState.EMERGING, OutageState.SUSPECTED) else Severity.ERROR


def alert_key(outage_id: int, public_url: str) -> str:
    """What every receiver knows an outage by: the same for all that is told of it, another for another hub's."""
    return f"{KEY_PREFIX}{hashlib.sha256(public_url.encode()).hexdigest()[:8]}-{outage_id}"


def without_addresses(text: str) -> str:
    """A customer's words without mail addresses, links, user names, and numbers of five digits and more."""
    return " ".join(_PRIVATE.sub("…", text).split())


def shown_terms(terms: Sequence[str]) -> tuple[str, ...]:
    """An outage's first words as people read them."""
    return tuple(without_addresses(term.removeprefix("#")) for term in terms[:6])
