"""What may become of an outage, as a table. Deciding when is the detector's and the agents' work."""

from enum import StrEnum
from typing import Final

from channelhub.domain.outages import OutageState


class Action(StrEnum):
    SUSPECT = "suspect"
    CONFIRM = "confirm"
    MONITOR = "monitor"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    QUIET = "quiet"


_TRANSITIONS: Final[dict[tuple[OutageState, Action], OutageState]] = {
    (OutageState.EMERGING, Action.SUSPECT): OutageState.SUSPECTED,
    (OutageState.EMERGING, Action.QUIET): OutageState.RESOLVED,
    (OutageState.EMERGING, Action.DISMISS): OutageState.DISMISSED,
    (OutageState.SUSPECTED, Action.CONFIRM): OutageState.CONFIRMED,
    (OutageState.SUSPECTED, Action.RESOLVE): OutageState.RESOLVED,
    (OutageState.SUSPECTED, Action.QUIET): OutageState.RESOLVED,
    (OutageState.SUSPECTED, Action.DISMISS): OutageState.DISMISSED,
    (OutageState.SUSPECTED, Action.MONITOR): OutageState.MONITORING,  # confirmed and mended at once
    (OutageState.CONFIRMED, Action.MONITOR): OutageState.MONITORING,
    (OutageState.CONFIRMED, Action.RESOLVE): OutageState.RESOLVED,
    (OutageState.CONFIRMED, Action.QUIET): OutageState.RESOLVED,
    (OutageState.CONFIRMED, Action.DISMISS): OutageState.DISMISSED,
    (OutageState.MONITORING, Action.CONFIRM): OutageState.CONFIRMED,  # it came back
    (OutageState.MONITORING, Action.RESOLVE): OutageState.RESOLVED,
    (OutageState.MONITORING, Action.QUIET): OutageState.RESOLVED,
    (OutageState.MONITORING, Action.DISMISS): OutageState.DISMISSED,
}


def next_state(state: OutageState, action: Action) -> OutageState | None:
    """The state after `action`, or None where the action is not possible in `state`."""
    return _TRANSITIONS.get((state, action))


def actions(state: OutageState) -> frozenset[Action]:
    """What is possible in `state`."""
    return frozenset(action for at, action in _TRANSITIONS if at is state)


def state_of_reopened(before: OutageState) -> OutageState:
    """The state of a resolved outage that comes back, from that in which it was resolved."""
    return OutageState.SUSPECTED if before is OutageState.SUSPECTED else OutageState.CONFIRMED


def state_of_merged(gone: OutageState, stays: OutageState) -> OutageState:
    """The state of the outage that stays: what was known of either is known of both."""
    is_known = gone in (OutageState.CONFIRMED, OutageState.MONITORING)
    return OutageState.CONFIRMED if is_known and stays is OutageState.SUSPECTED else stays
