"""A growing outage learns words from its own members, and takes in who reports in nothing but these."""

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.grouping import Outage, take
from channelhub.rules.outage.profile import Growth
from channelhub.rules.outage.relearning import Relearning
from channelhub.rules.outage.report import Decision, Joined, Report
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL, Vote
from tests.outage.traffic import START_US, Traffic, in_order, run, suspected

NOW_US = 500 * HOUR_US
ALARM_US = START_US + 70 * HOUR_US


def _members(found: list[Decision]) -> set[int]:
    joined = {decision.message_id for decision in found if isinstance(decision, Joined)}
    return joined.union(*(alarm.members for alarm in suspected(found)))


def _run(*, linking: int) -> tuple[set[int], Report]:
    """Members, and a report of a second symptom alone, after so many members named both. Its word is used at times."""
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=36, minutes=60)
    usual = [traffic.report(START_US + at * 8 * HOUR_US, f"{traffic.filler(4)} zvonograf") for at in range(8)]
    both = [
        traffic.report(outage[at].at_us + 1, f"elevator stuck, {traffic.filler(1)} zvonograf")
        for at in (14, 18, 20)[:linking]
    ]
    late = traffic.report(outage[28].at_us + 1, "zvonograf, of all")
    found = run(in_order(traffic.background(74), outage, usual, both, [late]))
    assert len(suspected(found)) == 1
    return _members(found), late


def test_words_that_members_bring_take_in_who_says_nothing_else() -> None:
    members, late = _run(linking=3)

    assert late.message_id in members


def test_a_word_that_one_member_brings_takes_in_nothing() -> None:
    members, late = _run(linking=1)

    assert late.message_id not in members


def _vote(number: int, terms: tuple[str, ...]) -> Vote:
    return Vote(
        message_id=number + 1, at_us=NOW_US + number * MINUTE_US, customer=number, origin="", channel="chat",
        terms=terms, problem=1.0, words=5, language="en",
    )  # fmt: skip


def _learning(members: int) -> tuple[Relearning, Growth, Outage, Counters]:
    """An outage about a lift; three of its members and two others speak of a horn, which nobody usually does."""
    rules = OutageRules()
    counters, usual, reservoir = Counters(rules.origin_cap), Usual(rules), Reservoir(rules)
    for number in range(20_000):
        usual.learn((ALL, "often") if number % 20 == 0 else (ALL, "other"), number * MINUTE_US, 0.0)
    for number in range(1000):
        reservoir.offer(("other",), number * MINUTE_US)
    outage = Outage(
        outage_id=1, state=OutageState.SUSPECTED, opened_us=NOW_US, last_us=NOW_US, weights={"lift": 2.0}, cut=2.0,
        background=0.001, recent_us=[], members={}, customers={}, channels={},
    )  # fmt: skip
    said = [("lift", "horn") if number < 3 else ("lift",) for number in range(members)] + [("horn",)] * 2
    for number, terms in enumerate(said):
        vote = _vote(number, terms)
        counters.add(vote)
        if "lift" in terms:
            take(outage, vote)
    return Relearning(rules, counters), Growth(rules, counters, usual, reservoir), outage, counters


def test_a_learnt_word_weighs_enough_to_join_by_itself() -> None:
    relearning, growth, outage, counters = _learning(12)

    votes = relearning.widened(outage, growth, NOW_US + HOUR_US)

    assert outage.weights.keys() == {"lift", "horn"}
    assert outage.cut <= outage.weights["horn"] < outage.weights["lift"]
    assert list(votes) == counters.votes
    assert len(outage.heavier) > 0


def test_words_are_learnt_again_only_when_it_has_grown_by_a_quarter() -> None:
    relearning, growth, outage, counters = _learning(12)
    assert relearning.widened(outage, growth, NOW_US + HOUR_US)
    assert relearning.widened(outage, growth, NOW_US + HOUR_US) == ()

    for vote in counters.votes[-2:]:
        take(outage, vote)
    assert relearning.widened(outage, growth, NOW_US + HOUR_US) == ()
    outage.customers[99] = 1
    assert relearning.widened(outage, growth, NOW_US + HOUR_US)


def test_a_word_of_a_single_member_is_not_learnt_however_unusual() -> None:
    _, growth, _, _ = _learning(1)
    members = [_vote(number, ("lift", "once") if number == 0 else ("lift",)) for number in range(12)]

    assert growth.words_of(members, NOW_US).keys() == {"lift"}


def test_a_word_that_members_say_thrice_as_often_as_others_is_not_learnt() -> None:
    _, growth, _, _ = _learning(1)
    members = [_vote(number, ("lift", "often") if number % 6 == 0 else ("lift",)) for number in range(200)]

    assert growth.words_of(members, NOW_US).keys() == {"lift"}


def test_of_too_few_members_nothing_is_learnt() -> None:
    relearning, growth, outage, _ = _learning(5)

    assert relearning.widened(outage, growth, NOW_US + HOUR_US) == ()
    assert outage.weights == {"lift": 2.0}


def test_words_that_a_person_moved_out_are_learnt_no_more() -> None:
    relearning, growth, outage, _ = _learning(12)
    outage.against["horn"] = 1000

    relearning.widened(outage, growth, NOW_US + HOUR_US)

    assert outage.weights.get("horn", 0.0) < 0.1


def test_words_that_many_use_anyway_are_not_learnt() -> None:
    """Three members ask for an invoice, too; others, who do so every day, stay out."""
    traffic = Traffic()
    outage = traffic.outage("en", ALARM_US, size=30, minutes=60)
    both = [
        traffic.report(outage[at].at_us + MINUTE_US, f"elevator stuck, and where is the invoice {traffic.filler(1)}")
        for at in (10, 12, 14)
    ]
    asked = [
        traffic.report(START_US + number * 30 * MINUTE_US, f"where is the invoice {traffic.filler(2)}")
        for number in range(148)
    ]

    found = run(in_order(traffic.background(74), outage, both, asked))

    assert {report.message_id for report in both} <= _members(found)
    assert not _members(found) & {report.message_id for report in asked}
