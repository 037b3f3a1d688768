"""However full a window is, a burst is judged by a bounded number of its votes, and none that matters is missing."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage import gathering
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.gathering import profile_votes, seed_votes, weigh
from channelhub.rules.outage.votes import Vote

WEIGHTS = {"a": 2.0, "b": 1.0, "c": 0.5, "d": 0.25}


def _counters(said: list[tuple[str, ...]]) -> Counters:
    counters = Counters(3)
    for number, terms in enumerate(said, 1):
        counters.add(
            Vote(
                message_id=number, at_us=number, customer=number, origin="", channel="chat", terms=terms, problem=0.0,
                words=3, language="en",
            )
        )  # fmt: skip
    return counters


@given(st.lists(st.lists(st.sampled_from("abcdx"), unique=True, max_size=4).map(tuple), max_size=60))
def test_every_vote_of_a_profile_that_is_heavy_enough_is_found(said: list[tuple[str, ...]]) -> None:
    found, start = profile_votes(_counters(said), WEIGHTS, 0, 0.25)

    assert start == 0
    assert [(vote.message_id, weight) for vote, weight in found] == [
        (number, weigh(terms, WEIGHTS))
        for number, terms in reversed(list(enumerate(said, 1)))
        if set(terms) & set(WEIGHTS)
    ]


def test_common_words_that_never_weigh_enough_are_not_walked() -> None:
    said = [("c", "d") if number % 50 else ("a", "c") for number in range(10_000)]
    found, start = profile_votes(_counters(said), WEIGHTS, 0, 1.0)

    assert start == 0
    assert [weight for _, weight in found] == [2.5] * 200


def test_a_window_too_full_is_shortened_and_says_so() -> None:
    found, start = profile_votes(_counters([("a", "b")] * 10_000), WEIGHTS, 0, 3.0)

    assert 100 < len(found) <= gathering._FETCHED
    assert [vote.message_id for vote, _ in found] == list(range(10_000, start, -1))


def test_a_seeds_newest_votes_are_found_by_its_rarer_word() -> None:
    counters = _counters([("a", "b") if number % 10 == 0 else ("a",) for number in range(1000)])
    found = seed_votes(counters, ("a", "b"), 500, 20)

    assert [vote.message_id for vote in found] == list(range(991, 791, -10))
    assert len(seed_votes(counters, ("a", "b"), 500, 200)) == 50
    assert len(seed_votes(counters, ("a",), 0, 200)) == 200
