"""Whether an outage was one, as far as people said so."""

from enum import StrEnum

from channelhub.domain.outages import OutageState

_TAKEN_FOR_REAL = frozenset({OutageState.CONFIRMED, OutageState.MONITORING})


class Verdict(StrEnum):
    """What alarms about it are worth when settings are tried on history: right, wrong, or nobody knows."""

    REAL = "real"
    NONE = "none"
    UNKNOWN = "unknown"


def verdict(state: OutageState, *, is_vouched: bool) -> Verdict:
    """Of an outage in `state`; `is_vouched`: a person confirmed it, or said that it was over.

    One that went quiet before anybody looked at it is unknown.
    """
    if state is OutageState.DISMISSED:
        return Verdict.NONE
    return Verdict.REAL if is_vouched or state in _TAKEN_FOR_REAL else Verdict.UNKNOWN
