"""A restored detector decides exactly what an uninterrupted one does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from channelhub.rules.outage.decided import Deed, Named, PersonsDecision
from channelhub.rules.outage.detector import Detector, Snapshot
from channelhub.rules.outage.grouping import Outage
from channelhub.rules.outage.report import Decision, Report
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from channelhub.rules.outage.vote_blocks import VoteBlock
from tests.examples import examples
from tests.outage.traffic import START_US, Traffic, in_order, suspected

#: Small numbers, so that short histories go through every path.
RULES = OutageRules(
    theta=1.0, k=2, k_longest=3, theta_cold=1.5, k_cold=3, cold_days=0.2, cold_messages=3, seed_score=0.5,
    early_newest=2, early_unseen_of=5.0,
    windows_min=(5, 20, 60, 120), quiet_hours=5.0, reservoir_size=40, dismissed_hours=3.0,
)  # fmt: skip

_WORDS = ("elevator", "stuck", "same", "payment", "delivery", "error", "лифт", "оплата", "ліфт", "не", "работает")


@st.composite
def histories(draw: st.DrawFn) -> list[Report]:
    traffic, at_us, reports = Traffic(), START_US, []
    for _ in range(draw(st.integers(5, 60))):
        at_us += draw(st.integers(0, 40)) * MINUTE_US
        reports.append(
            traffic.report(
                at_us,
                " ".join(draw(st.lists(st.sampled_from(_WORDS), max_size=7))),
                customer=draw(st.integers(1, 30)),
                is_verified=draw(st.booleans()),
                origin=draw(st.sampled_from(["", "a", "b"])),
                is_automatic=draw(st.integers(0, 9)) == 0,
                is_backfill=draw(st.integers(0, 9)) == 0,
            )
        )
    return reports


def _said(action: Deed, outage: Outage, at_us: int, *messages: int, into_id: int = 0) -> PersonsDecision:
    named = tuple(Named(one, one % 30, "chat") for one in messages)
    return PersonsDecision(action=action, outage_id=outage.outage_id, at_us=at_us, into_id=into_id, messages=named)


def _decisions(detector: Detector, number: int, report: Report) -> list[PersonsDecision]:
    """Now and then what people decide, of every kind."""
    if not detector.outages:
        return []
    first, last = detector.outages[0], detector.outages[-1]
    members = list(last.members)
    made = {
        17: [_said(Deed.DISMISS, first, report.at_us)],
        19: [_said(Deed.MERGE, last, report.at_us, into_id=first.outage_id)],
        23: [_said(Deed.RESOLVE, last, report.at_us)],
        7: [_said(Deed.MOVE_OUT, last, report.at_us, *members[:1])],
        11: [_said(Deed.SPLIT, last, report.at_us, *members[: len(members) // 2], into_id=next(iter(members), 0))],
        13: [_said(Deed.MONITOR, first, report.at_us), _said(Deed.MOVE_IN, first, report.at_us, report.message_id)],
        29: [_said(Deed.CONFIRM, first, report.at_us)],
    }
    return next((told for every, told in made.items() if number % every == every - 1 and len(members) > 1), [])


def _act(detector: Detector, number: int, report: Report) -> list[Decision]:
    found = detector.vote(report)
    return [*found, *(one for made in _decisions(detector, number, report) for one in detector.decide(made))]


@pytest.mark.slow
@settings(max_examples=examples(150), deadline=None)
@given(histories(), st.sets(st.integers(0, 60)))
def test_restored_at_any_point_it_decides_the_same(history: list[Report], restarts: set[int]) -> None:
    steady, restarted = Detector(RULES), Detector(RULES)
    for number, report in enumerate(history):
        if number in restarts:
            restarted = Detector.restore(RULES, restarted.snapshot())

        assert _act(restarted, number, report) == _act(steady, number, report)
    assert restarted.snapshot() == steady.snapshot()


@settings(max_examples=examples(25), deadline=None)
@given(histories(), st.lists(st.integers(0, 60), max_size=4))
def test_votes_are_put_together_from_the_blocks_of_several_snapshots(history: list[Report], taken: list[int]) -> None:
    steady = Detector(RULES)
    blocks: list[VoteBlock] = []
    known = 0
    for number, report in enumerate(history):
        steady.vote(report)
        if number in taken or number == len(history) - 1:
            snapshot = steady.snapshot(known)
            blocks = [block for block in blocks if block.last >= snapshot.first_number]
            blocks += snapshot.blocks
            known = snapshot.next_number
    restored = Detector.restore(RULES, structs.replace(snapshot, blocks=tuple(reversed(blocks))))

    assert restored.snapshot() == steady.snapshot()
    if steady.snapshot().blocks:
        with pytest.raises(ValueError, match="misses"):
            Detector.restore(RULES, structs.replace(snapshot, blocks=tuple(blocks[:-1])))


def test_small_rules_do_raise_alarms() -> None:
    """Or else the property above would compare silences."""
    traffic = Traffic()
    stream = in_order(traffic.background(8), traffic.outage("en", START_US + 6 * HOUR_US, size=10, minutes=20))
    detector = Detector(RULES)

    assert suspected([decision for number, report in enumerate(stream) for decision in _act(detector, number, report)])


@pytest.mark.slow
def test_restored_in_the_middle_of_real_traffic_it_decides_the_same() -> None:
    traffic = Traffic(5)
    alarm_us = START_US + 60 * HOUR_US
    stream = in_order(
        [replace(report, is_backfill=True) for report in traffic.background(20)],
        traffic.background(70),
        traffic.outage("uk-escalator", alarm_us, size=20, minutes=40),
        traffic.outage("en", alarm_us + HOUR_US, size=20, minutes=40),
    )
    rules = OutageRules()
    steady = Detector(rules)
    expected = [decision for report in stream for decision in steady.vote(report)]
    restarted, found = Detector(rules), []
    for number, report in enumerate(stream):
        if number % 500 == 499:
            restarted = Detector.restore(rules, restarted.snapshot())
        found += restarted.vote(report)

    assert len(suspected(expected)) == 2
    assert found == expected


def test_snapshot_keeps_every_part() -> None:
    traffic = Traffic()
    letter = "garden sale week: spruce, maple, linden and birch saplings"
    stream = in_order(
        [traffic.report(START_US, letter, is_backfill=True)],
        traffic.background(8),
        traffic.outage("en", START_US + 5 * HOUR_US, size=10, minutes=20),
        traffic.outage("uk", START_US + 7 * HOUR_US, size=10, minutes=20),
        [traffic.report(START_US + 8 * HOUR_US, letter)],
    )
    steady = Detector(RULES)
    for report in stream:
        if steady.vote(report) and not steady._open.supervision.state.dismissed:
            steady.decide(_said(Deed.DISMISS, steady.outages[0], report.at_us))
    restored = Detector.restore(RULES, steady.snapshot())

    for part in (
        lambda detector: detector._now_us,
        lambda detector: detector._counters.votes,
        lambda detector: detector._counters.dump(),
        lambda detector: detector._templates.seen,
        lambda detector: detector._backfill.state(),
        lambda detector: detector._usual.state,
        lambda detector: detector._reservoir.state,
        lambda detector: detector.outages,
        lambda detector: detector._open.supervision.state.dismissed,
    ):
        assert part(steady)
        assert part(restored) == part(steady)


@pytest.mark.parametrize("broken", [b"", b"\x80", b"not msgpack"])
def test_what_is_no_snapshot_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Detector.restore(RULES, Snapshot(core=broken, blocks=()))
