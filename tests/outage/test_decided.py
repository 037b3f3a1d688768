"""What people decide about outages lasts: merged stays merged and teaches, moved out stays out, split stays apart."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.decided import Deed, Named, PersonsDecision
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.grouping import Outage
from channelhub.rules.outage.report import Decision, Joined, Merged, Report, Returned
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from tests.outage.traffic import START_US, Traffic, in_order, suspected

RULES = OutageRules(windows_min=(5, 20, 60, 120), cold_days=0.1, cold_messages=50)
ALARM_US = START_US + 8 * HOUR_US
LIFT = ("elevator stuck upstairs", "stuck elevator today", "elevator is stuck again", "the elevator got stuck")
OVEN = ("oven smokes badly", "my oven smokes", "oven smokes since morning", "the oven smokes again")
MIXED = ("elevator stuck oven smokes", "oven smokes elevator stuck")


class Bench:
    """A detector that knows ordinary traffic, and reports one minute apart."""

    def __init__(self, rules: OutageRules = RULES) -> None:
        self.traffic = Traffic(4)
        self.detector = Detector(rules)
        for report in self.traffic.background(8, per_hour=20):
            self.detector.vote(report)
        self.now_us = ALARM_US
        self.said: list[Report] = []

    def say(self, texts: Sequence[str], count: int, **changes: object) -> list[Decision]:
        decisions: list[Decision] = []
        for number in range(count):
            self.now_us += MINUTE_US
            words = f"{texts[number % len(texts)]} {self.traffic.filler(1)}"
            report = self.traffic.report(self.now_us, words, **changes)
            self.said.append(report)
            decisions += self.detector.vote(report)
        return decisions

    def decide(self, action: Deed, outage: Outage, *messages: int, into_id: int = 0) -> None:
        known = {report.message_id: report for report in self.said}
        named = tuple(Named(one, known[one].customer, known[one].channel) for one in messages)
        made = PersonsDecision(
            action=action, outage_id=outage.outage_id, at_us=self.now_us, into_id=into_id, messages=named
        )
        assert self.detector.decide(made) == []

    @property
    def outages(self) -> tuple[Outage, ...]:
        return self.detector.outages


@pytest.fixture
def two() -> Bench:
    bench = Bench()
    bench.say(LIFT, 10)
    bench.say(OVEN, 10)
    assert len(bench.outages) == 2
    return bench


def test_what_a_person_merges_takes_in_the_words_of_both(two: Bench) -> None:
    lift, oven = two.outages
    expected = {**oven.members, **lift.members}
    two.decide(Deed.MERGE, lift, into_id=oven.outage_id)
    (left,) = two.outages
    joined = two.say((LIFT[0], OVEN[0]), 2)

    assert left.outage_id == oven.outage_id
    assert expected.items() <= left.members.items()
    assert [one.outage_id for one in joined if isinstance(one, Joined)] == [oven.outage_id] * 2


def test_an_outage_merged_into_one_that_was_merged_into_it_lives_on_as_the_person_said(two: Bench) -> None:
    lift, oven = two.outages
    two.detector._open.merge(oven, lift, two.detector._counters.votes, two.now_us)  # the numbers were quicker
    two.decide(Deed.MERGE, lift, into_id=oven.outage_id)
    two.say(OVEN, 1)
    (left,) = two.outages

    assert left.outage_id == oven.outage_id
    assert len(left.members) == 21
    assert {vote.outage_id for vote in two.detector._counters.votes if vote.message_id in left.members} == {
        oven.outage_id
    }


def test_profiles_that_a_person_merged_attract_each_other_later(two: Bench) -> None:
    lift, oven = two.outages
    two.decide(Deed.MERGE, lift, into_id=oven.outage_id)
    two.decide(Deed.RESOLVE, two.outages[0])
    two.now_us += 30 * HOUR_US
    for report in two.traffic.background(8, per_hour=20, from_us=two.now_us - 8 * HOUR_US):
        two.detector.vote(report)
    assert len(suspected(two.say(LIFT, 10))) == 1
    found = two.say(OVEN, 10)

    assert suspected(found) == []
    assert len(two.outages) == 1
    assert len(two.outages[0].members) >= 19


def test_without_the_person_they_are_two(two: Bench) -> None:
    two.decide(Deed.RESOLVE, two.outages[0])
    two.decide(Deed.RESOLVE, two.outages[0])
    two.now_us += 30 * HOUR_US
    for report in two.traffic.background(8, per_hour=20, from_us=two.now_us - 8 * HOUR_US):
        two.detector.vote(report)
    two.say(LIFT, 10)

    assert len(suspected(two.say(OVEN, 10))) == 1


def test_a_message_moved_out_never_comes_back(two: Bench) -> None:
    lift, _ = two.outages
    gone = next(iter(lift.members))
    two.decide(Deed.MOVE_OUT, lift, gone)
    found = two.say(LIFT, 20)

    assert gone not in lift.members
    assert gone not in [one.message_id for one in found if isinstance(one, Joined)]
    assert len(lift.customers) == 29


def test_words_that_only_moved_out_messages_have_take_nothing_in_any_more(two: Bench) -> None:
    lift, oven = two.outages
    two.decide(Deed.MERGE, oven, into_id=lift.outage_id)
    wrong = [report.message_id for report in two.said if any("oven" in term for term in report.features.terms)]
    two.decide(Deed.MOVE_OUT, lift, *wrong)
    found = two.say(OVEN, 6)

    assert not any("oven" in term or "smok" in term for term in lift.weights)
    assert not any(isinstance(one, Joined) and one.outage_id == lift.outage_id for one in found)
    assert [one.outage_id for one in two.say(LIFT, 3) if isinstance(one, Joined)] == [lift.outage_id] * 3


def test_a_message_moved_back_in_is_taken_and_counts(two: Bench) -> None:
    lift, oven = two.outages
    moved = next(iter(oven.members))
    two.decide(Deed.MOVE_OUT, oven, moved)
    two.decide(Deed.MOVE_IN, lift, moved)
    two.decide(Deed.MOVE_IN, oven, moved)

    assert moved in oven.members
    assert moved not in lift.members
    assert moved in lift.left
    assert moved not in oven.left
    assert not oven.against
    assert len(oven.customers) == 10


def test_a_split_outage_takes_its_own_and_is_never_merged_back(two: Bench) -> None:
    lift, oven = two.outages
    two.decide(Deed.MERGE, oven, into_id=lift.outage_id)
    wrong = [report.message_id for report in two.said if any("oven" in term for term in report.features.terms)]
    two.decide(Deed.SPLIT, lift, *wrong, into_id=wrong[0])
    found = two.say((*MIXED, *OVEN, *LIFT), 30)
    owners = {one.outage_id for one in found if isinstance(one, Joined)}

    assert owners == {lift.outage_id, wrong[0]}
    assert not [one for one in found if isinstance(one, Merged)]
    assert suspected(found) == []
    assert two.outages[1].state is OutageState.SUSPECTED


def test_a_split_that_a_person_takes_back_brings_its_reports_home(two: Bench) -> None:
    lift, _ = two.outages
    members = list(lift.members)
    two.decide(Deed.SPLIT, lift, *members[:4], into_id=members[0])
    two.decide(Deed.MERGE, two.outages[-1], into_id=lift.outage_id)

    assert sorted(lift.members) == sorted(members)
    assert not lift.left
    assert not lift.apart


def test_a_split_of_forgotten_reports_stands_but_attracts_nothing(two: Bench) -> None:
    lift, _ = two.outages
    members = list(lift.members)
    two.now_us += 5 * HOUR_US
    two.decide(Deed.SPLIT, lift, *members[:4], into_id=members[0])
    new = two.outages[-1]

    assert list(new.members) == members[:4]
    assert new.weights == {}
    assert [one.outage_id for one in two.say(LIFT, 2) if isinstance(one, Joined)] == []


def test_a_decision_about_an_outage_that_is_over_changes_nothing_else(two: Bench) -> None:
    lift, oven = two.outages
    two.decide(Deed.RESOLVE, lift)
    before = two.detector.snapshot()
    for action in (Deed.CONFIRM, Deed.MONITOR, Deed.RESOLVE, Deed.DISMISS, Deed.MERGE):
        two.decide(action, lift, next(iter(lift.members)), into_id=oven.outage_id)

    assert two.detector.snapshot() == before


def test_a_dismissed_profile_speaks_again_when_three_times_as_many_report_it() -> None:
    bench = Bench()
    bench.say(LIFT, 8)
    bench.decide(Deed.DISMISS, bench.outages[0])
    silent = bench.say(LIFT, 12)
    loud = bench.say(LIFT, 12)

    assert suspected(silent) == []
    (again,) = suspected(loud)
    assert again.customers >= 24


def test_one_origin_cannot_lift_a_dismissal() -> None:
    bench = Bench()
    bench.say(LIFT, 8)
    bench.decide(Deed.DISMISS, bench.outages[0])

    assert suspected(bench.say(LIFT, 60, is_verified=False, origin="203.0.113.0/24")) == []


def test_ordinary_traffic_is_not_drawn_by_a_merge(two: Bench) -> None:
    lift, oven = two.outages
    two.decide(Deed.MERGE, oven, into_id=lift.outage_id)
    for report in in_order(two.traffic.background(2, per_hour=40, from_us=two.now_us)):
        assert not [one for one in two.detector.vote(report) if isinstance(one, Joined)]


def test_a_rising_burst_is_watched_in_silence_until_it_is_suspected() -> None:
    bench = Bench()
    silent = bench.say(LIFT, 3)
    (near,) = bench.detector.emerging
    loud = bench.say(LIFT, 4)

    assert silent == []
    assert near.customers == 3
    assert near.messages == tuple(report.message_id for report in reversed(bench.said[:3]))
    assert len(suspected(loud)) == 1
    assert bench.detector.emerging == ()


def test_what_is_reported_no_more_is_watched_no_more() -> None:
    bench = Bench()
    bench.say(LIFT, 3)
    bench.detector.tick(bench.now_us + 61 * MINUTE_US)

    assert bench.detector.emerging == ()


def test_a_dismissed_burst_is_not_shown_as_rising() -> None:
    bench = Bench()
    bench.say(LIFT, 8)
    bench.decide(Deed.DISMISS, bench.outages[0])
    bench.say(LIFT, 3)

    assert bench.detector.emerging == ()


def _returned(found: Sequence[Decision]) -> list[tuple[OutageState, int]]:
    return [(one.state, one.customers) for one in found if isinstance(one, Returned)]


@pytest.fixture
def lift() -> Bench:
    bench = Bench()
    bench.say(LIFT, 10)
    bench.decide(Deed.CONFIRM, bench.outages[0])
    return bench


def test_monitored_outage_is_confirmed_again_when_reports_go_on(lift: Bench) -> None:
    lift.decide(Deed.MONITOR, lift.outages[0])
    at_once = lift.say(LIFT, 9)
    later = lift.say(LIFT, 4)

    assert _returned(at_once) == []
    assert _returned(later) == [(OutageState.CONFIRMED, 3)]
    assert lift.outages[0].state is OutageState.CONFIRMED


def test_resolved_outage_that_comes_back_is_the_same_one_with_the_new_reports(lift: Bench) -> None:
    outage_id = lift.outages[0].outage_id
    lift.decide(Deed.RESOLVE, lift.outages[0])
    lift.now_us += 15 * MINUTE_US
    stragglers = lift.say(LIFT, 2)
    back = lift.say(LIFT, 1)
    more = lift.say(LIFT, 1)

    assert stragglers == []
    assert _returned(back) == [(OutageState.CONFIRMED, 3)]
    assert [one.outage_id for one in (*back, *more) if isinstance(one, Joined)] == [outage_id] * 4
    assert [(one.outage_id, len(one.members)) for one in lift.outages] == [(outage_id, 14)]


def test_one_origin_or_one_customer_cannot_reopen(lift: Bench) -> None:
    lift.decide(Deed.RESOLVE, lift.outages[0])
    lift.now_us += 15 * MINUTE_US
    found = lift.say(LIFT, 20, is_verified=False, origin="203.0.113.0/24") + lift.say(LIFT, 20, customer=5)

    assert _returned(found) == []
    assert suspected(found) == []


def test_a_large_outage_needs_more_than_three_to_come_back() -> None:
    bench = Bench()
    bench.say(LIFT, 60)
    bench.decide(Deed.MONITOR, bench.outages[0])
    bench.now_us += 15 * MINUTE_US

    assert _returned(bench.say(LIFT, 5)) == []
    assert _returned(bench.say(LIFT, 1)) == [(OutageState.CONFIRMED, 6)]


def test_after_the_hold_time_it_comes_back_as_another_by_its_own_reports() -> None:
    rules = replace(RULES, hold_hours=0.5)
    bench = Bench(rules)
    bench.say(LIFT, 10)
    old = bench.outages[0].outage_id
    bench.decide(Deed.RESOLVE, bench.outages[0])
    bench.now_us += 40 * MINUTE_US
    few = bench.say(LIFT, 2)
    many = bench.say(LIFT, 8)

    assert suspected(few) == []
    (again,) = suspected(many)
    assert again.outage_id != old
    assert len(bench.outages[0].members) == 10
