"""When people on call are told: once when it begins, when it changes, once when it is over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.alerts import AlertAction, Severity
from channelhub.domain.outages import OutageState
from channelhub.rules.outage.alerting import (
    Standing,
    Told,
    Wants,
    alert_key,
    next_action,
    severity,
    without_addresses,
)

SUSPECTED, CONFIRMED = OutageState.SUSPECTED, OutageState.CONFIRMED
RESOLVED, DISMISSED = OutageState.RESOLVED, OutageState.DISMISSED
EVERYTHING = Wants()


def now(state: OutageState, customers: int = 5, level: str = "") -> Standing:
    return Standing(state=state, customers=customers, level=level)


def told(action: AlertAction, state: OutageState = SUSPECTED, customers: int = 5, level: str = "") -> Told:
    return Told(action=action, standing=now(state, customers, level))


def test_an_outage_is_told_once_when_it_begins() -> None:
    assert next_action(now(SUSPECTED), None, EVERYTHING) is AlertAction.TRIGGER
    assert next_action(now(SUSPECTED), told(AlertAction.TRIGGER), EVERYTHING) is None


def test_an_emerging_outage_is_nobodys_alarm() -> None:
    assert next_action(now(OutageState.EMERGING, 50), None, EVERYTHING) is None


@pytest.mark.parametrize(
    "changed", [now(CONFIRMED), now(SUSPECTED, 10), now(SUSPECTED, level="major"), now(OutageState.MONITORING)]
)
def test_confirmation_growth_and_escalation_are_news(changed: Standing) -> None:
    assert next_action(changed, told(AlertAction.TRIGGER), EVERYTHING) is AlertAction.UPDATE
    assert next_action(changed, told(AlertAction.TRIGGER), Wants(has_updates=False)) is None


def test_a_few_customers_more_are_no_news() -> None:
    assert next_action(now(SUSPECTED, 9), told(AlertAction.TRIGGER, customers=5), EVERYTHING) is None


@pytest.mark.parametrize("state", [RESOLVED, DISMISSED])
def test_the_end_is_told_to_those_who_were_told_the_beginning(state: OutageState) -> None:
    assert next_action(now(state), told(AlertAction.TRIGGER), Wants(has_updates=False)) is AlertAction.RESOLVE
    assert next_action(now(state), None, EVERYTHING) is None
    assert next_action(now(state), told(AlertAction.RESOLVE, state), EVERYTHING) is None


def test_an_outage_that_comes_back_is_told_again() -> None:
    assert next_action(now(CONFIRMED), told(AlertAction.RESOLVE, RESOLVED), EVERYTHING) is AlertAction.TRIGGER


def test_a_target_may_want_only_confirmed_or_large_ones() -> None:
    confirmed, large = Wants(least_state=CONFIRMED), Wants(least_customers=20)

    assert next_action(now(SUSPECTED), None, confirmed) is None
    assert next_action(now(CONFIRMED), None, confirmed) is AlertAction.TRIGGER
    assert next_action(now(CONFIRMED, 19), None, large) is None
    assert next_action(now(SUSPECTED, 20), None, large) is AlertAction.TRIGGER


_STANDINGS = st.builds(
    Standing, state=st.sampled_from(OutageState), customers=st.integers(0, 200), level=st.sampled_from(["", "major"])
)


@given(st.lists(_STANDINGS, max_size=20), st.booleans(), st.sampled_from([SUSPECTED, CONFIRMED]), st.integers(0, 50))
def test_every_alert_is_opened_once_before_it_changes_and_closed_once(
    standings: list[Standing], has_updates: bool, least_state: OutageState, least_customers: int
) -> None:
    wants = Wants(least_state=least_state, least_customers=least_customers, has_updates=has_updates)
    last: Told | None = None
    is_open = False
    for standing in standings:
        action = next_action(standing, last, wants)
        if action is not None:
            assert (action is AlertAction.TRIGGER) == (not is_open)
            is_open = action is not AlertAction.RESOLVE
            last = Told(action=action, standing=standing)
        assert next_action(standing, last, wants) is None, "telling the same twice"
    if standings and not standings[-1].state.is_open:
        assert not is_open


def test_severity_rises_with_state_and_level() -> None:
    found = [severity(one) for one in (now(SUSPECTED), now(CONFIRMED), now(SUSPECTED, level="major"))]

    assert found == [Severity.WARNING, Severity.ERROR, Severity.CRITICAL]


def test_two_hubs_name_their_outages_differently() -> None:
    assert alert_key(5120, "https://a.example") == alert_key(5120, "https://a.example")
    assert alert_key(5120, "https://a.example") != alert_key(5120, "https://b.example")
    assert len(alert_key(2**63 - 1, "https://a.example")) <= 64


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("пишіть ann@example.com будь ласка", "пишіть … будь ласка"),
        ("мій номер +380 67 111-22-33 зайнятий", "мій номер … зайнятий"),
        ("заказ 1234567 не оплачен", "заказ … не оплачен"),
        ("see https://shop.example/me?token=1", "see …"),
        ("@annpetrova не може зайти", "… не може зайти"),
        ("помилка 502 о 14:05", "помилка 502 о 14:05"),
    ],
)
def test_addresses_and_numbers_stay_here(said: str, shown: str) -> None:
    assert without_addresses(said) == shown
