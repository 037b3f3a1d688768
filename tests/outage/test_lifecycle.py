"""The table of what may become of an outage."""

import pytest

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.lifecycle import Action, actions, next_state


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (OutageState.EMERGING, Action.SUSPECT, OutageState.SUSPECTED),
        (OutageState.SUSPECTED, Action.CONFIRM, OutageState.CONFIRMED),
        (OutageState.CONFIRMED, Action.MONITOR, OutageState.MONITORING),
        (OutageState.MONITORING, Action.CONFIRM, OutageState.CONFIRMED),
        (OutageState.MONITORING, Action.RESOLVE, OutageState.RESOLVED),
        (OutageState.SUSPECTED, Action.QUIET, OutageState.RESOLVED),
        (OutageState.SUSPECTED, Action.DISMISS, OutageState.DISMISSED),
        (OutageState.EMERGING, Action.CONFIRM, None),
        (OutageState.RESOLVED, Action.CONFIRM, None),
        (OutageState.DISMISSED, Action.SUSPECT, None),
        (OutageState.CONFIRMED, Action.SUSPECT, None),
    ],
)
def test_transition(state: OutageState, action: Action, after: OutageState | None) -> None:
    assert next_state(state, action) is after


@pytest.mark.parametrize("state", list(OutageState))
def test_open_states_can_end_and_ended_ones_are_final(state: OutageState) -> None:
    assert ({Action.QUIET, Action.DISMISS} <= actions(state)) == state.is_open
    assert bool(actions(state)) == state.is_open
