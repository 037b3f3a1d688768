"""How long an outage takes reports in: as long as they come faster than unrelated messages would."""

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.grouping import Outage, is_live
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules

RULES = OutageRules(hold_hours=2.0)
OPENED_US = 500 * HOUR_US


def _outage(reported_us: list[int]) -> Outage:
    return Outage(
        outage_id=1, state=OutageState.SUSPECTED, opened_us=OPENED_US, last_us=reported_us[-1], weights={"lift": 1.0},
        cut=1.0, background=0.02, recent_us=reported_us, members={}, customers={}, channels={},
    )  # fmt: skip


def test_a_young_outage_is_measured_by_its_own_minutes() -> None:
    reports = [OPENED_US - minutes * MINUTE_US for minutes in (12, 9, 6, 3, 0)]

    assert is_live(_outage(reports), OPENED_US, 400, RULES)


def test_an_outage_that_only_unrelated_messages_feed_takes_no_more() -> None:
    """Four hours after it began, eight reports within two hours are what 400 messages bring anyway."""
    reports = [OPENED_US + 121 * MINUTE_US + number * 14 * MINUTE_US for number in range(8)]

    assert not is_live(_outage(reports), OPENED_US + 4 * HOUR_US, 400, RULES)
    assert is_live(_outage(reports), OPENED_US + 4 * HOUR_US, 300, RULES)


def test_a_young_outage_that_slows_down_ends() -> None:
    reports = [OPENED_US - minutes * MINUTE_US for minutes in (12, 9, 6, 3, 0)]

    assert not is_live(_outage(reports), OPENED_US + 100 * MINUTE_US, 400, RULES)
