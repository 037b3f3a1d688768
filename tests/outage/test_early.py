"""A hub in its first hours, without any history, notices an outage, and makes none of everyday traffic."""

from dataclasses import replace

import pytest

from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Joined
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from tests.outage.traffic import START_US, Traffic, decisions, in_order, run, suspected

SOON_US = START_US + 2 * HOUR_US


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_dozen_reports_to_an_empty_hub_are_an_outage(language: str) -> None:
    found = suspected(run(Traffic().outage(language, START_US, size=12, minutes=5)))

    assert len(found) == 1
    assert found[0].customers <= 12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_outage_among_the_first_contacts_is_found_and_gathers_its_own(seed: int) -> None:
    traffic = Traffic(seed)
    outage = traffic.outage("uk", SOON_US, size=20, minutes=15)
    found = run(in_order(traffic.background(3), outage))

    (alarm,) = suspected(found)
    members = {*alarm.members, *(one.message_id for one in found if isinstance(one, Joined))}
    reported = {report.message_id for report in outage}
    assert len(members & reported) >= 16
    assert len(members - reported) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("per_hour", [5, 40, 200])
@pytest.mark.parametrize("seed", [4, 5])
def test_everyday_traffic_of_the_first_day_raises_nothing(seed: int, per_hour: int) -> None:
    assert suspected(run(Traffic(seed).background(20, per_hour=per_hour))) == []


def test_one_unverified_origin_raises_nothing() -> None:
    traffic = Traffic()
    forged = [replace(one, is_verified=False, origin="a") for one in traffic.outage("en", SOON_US, size=40, minutes=20)]

    assert run(in_order(traffic.background(3), forged)) == []


def test_a_restart_in_the_first_hours_changes_nothing() -> None:
    traffic = Traffic(6)
    reports = in_order(traffic.background(3), traffic.outage("ru", SOON_US, size=20, minutes=15))
    steady = run(reports)
    restarted = Detector(rules := OutageRules())
    found = []
    for number, report in enumerate(reports):
        if number % 11 == 10:
            restarted = Detector.restore(rules, restarted.snapshot())
        found += list(decisions(restarted, [report]))

    assert suspected(steady)
    assert found == steady


def test_a_slow_trickle_of_contacts_raises_nothing() -> None:
    traffic = Traffic(7)
    contacts = [traffic.report(START_US + number * 30 * MINUTE_US, traffic.filler(6)) for number in range(60)]

    assert run(contacts) == []
