"""When a notice may be approved, and when one that waits must not go out any more."""

from channelhub.domain.notices import NoticeKind, NoticeState, Unsent
from channelhub.domain.outages import OutageState

_LIVE = frozenset({OutageState.CONFIRMED, OutageState.MONITORING})


def is_in_season(kind: NoticeKind, outage: OutageState) -> bool:
    """A first word and its updates go out while a confirmed outage lasts, the end is told once it is over."""
    return outage is OutageState.RESOLVED if kind is NoticeKind.RESOLUTION else outage in _LIVE


def refusal(kind: NoticeKind, outage: OutageState, *, is_merged: bool) -> str:
    """Why a notice can't be approved now, in a sentence; empty when it can."""
    if is_merged:
        return "this outage was made a part of another one: write the notice there"
    if is_in_season(kind, outage):
        return ""
    if kind is NoticeKind.RESOLUTION:
        return f"the outage is {outage}: resolve it before its end is told"
    return f"the outage is {outage}: only of a confirmed one that lasts are customers told"


def withdrawal(kind: NoticeKind, state: NoticeState, outage: OutageState, *, is_merged: bool) -> Unsent | None:
    """Why a message of a notice that still waits is not sent after all."""
    if state is NoticeState.CANCELLED:
        return Unsent.CANCELLED
    if state is not NoticeState.APPROVED:
        return Unsent.SUPERSEDED
    if is_merged or not is_in_season(kind, outage):
        return Unsent.OUT_OF_SEASON
    return None
