"""Counts are exact in every window, whatever was said by whom before."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage import postings
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.votes import ALL, TemplateMemory, Vote, counted, voices

CAP = 2
LIFE = 60

votes = st.lists(
    st.tuples(
        st.integers(0, 8),  # time since the last
        st.integers(1, 6),  # customer
        st.sampled_from(["", "o1", "o2"]),
        st.lists(st.sampled_from("xyz"), unique=True, max_size=3),
    ),
    max_size=60,
)


def _vote(message_id: int, at_us: int, customer: int, origin: str, terms: tuple[str, ...] = ()) -> Vote:
    return Vote(
        message_id=message_id, at_us=at_us, customer=customer, origin=origin, channel="chat", terms=terms,
        problem=0.0, words=3, language="en",
    )  # fmt: skip


def _expected(said: list[Vote], term: str, since_us: int) -> int:
    """Distinct customers by their newest vote, unverified ones of an origin capped."""
    newest: dict[int, str] = {}
    for vote in said:
        if term == ALL or term in vote.terms:
            newest.pop(vote.customer, None)
            if vote.at_us > since_us:
                newest[vote.customer] = vote.origin
    origins = [origin for origin in newest.values() if origin]
    return len(newest) - len(origins) + sum(min(CAP, origins.count(origin)) for origin in set(origins))


def _replay(rows: list[tuple[int, int, str, list[str]]]) -> tuple[Counters, list[Vote], list[Vote], int]:
    counters, living, said, now = Counters(CAP), [], [], 0
    for number, (gap, customer, origin, terms) in enumerate(rows, 1):
        now += gap
        while living and living[0].at_us <= now - LIFE:
            assert counters.expire() is living.pop(0)
        # A customer keeps to one origin here: what a change of origin does to caps is tested below.
        vote = _vote(number, now, customer + 10 * len(origin) * (1 + (origin == "o2")), origin, tuple(terms))
        counters.add(vote)
        living.append(vote)
        said.append(vote)
    return counters, living, said, now


@given(votes, st.integers(1, LIFE))
def test_count_is_the_distinct_customers_of_a_window_with_origins_capped(
    rows: list[tuple[int, int, str, list[str]]], window: int
) -> None:
    counters, _, said, now = _replay(rows)

    for term in (ALL, *"xyz"):
        assert counters.count(term, now - window) == _expected(said, term, now - window)
        assert len(list(counters.newest(term, now - window))) == counters.count(term, now - window)


@given(votes, st.lists(st.integers(0, LIFE - 1), min_size=2, max_size=4), st.lists(st.integers(0, 9), min_size=4))
def test_whether_a_count_exceeds_its_floor_is_known_without_counting(
    rows: list[tuple[int, int, str, list[str]]], windows: list[int], floors: list[int]
) -> None:
    counters, _, _, now = _replay(rows)
    starts = [counters.start(now - window) for window in sorted(windows)]
    lowest = sorted(floors)[: len(starts)]

    for term in (ALL, *"xyz"):
        counts = counters.counts(term, starts)
        assert counters.exceeds(term, starts, lowest) == any(map(int.__gt__, counts, lowest))


@given(votes, st.integers(1, LIFE))
def test_dumped_and_loaded_counters_count_the_same(rows: list[tuple[int, int, str, list[str]]], window: int) -> None:
    counters, living, _, now = _replay(rows)
    loaded = Counters(CAP)
    loaded.load(living)

    for term in (ALL, *"xyz"):
        assert loaded.count(term, now - window) == counters.count(term, now - window)
    assert loaded.dump() == counters.dump()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6), st.integers(1, 12), st.sampled_from(["", "o1", "o2"]),
            st.lists(st.sampled_from("xyz"), unique=True, max_size=3),
        ),
        max_size=90,
    )
)  # fmt: skip
def test_what_counts_depends_on_the_living_votes_alone(rows: list[tuple[int, int, str, list[str]]]) -> None:
    counters, now = Counters(CAP), 0
    for number, (gap, customer, origin, terms) in enumerate(rows, 1):
        now += gap
        while (oldest := counters.oldest) and oldest.at_us <= now - LIFE // 2:
            counters.expire()
        counters.add(_vote(number, now, customer, origin, tuple(terms)))
    loaded = Counters(CAP)
    loaded.load(counters.votes)

    assert loaded.dump() == counters.dump()


@pytest.mark.parametrize("is_one", [True, False])
def test_counts_stay_right_when_a_term_has_thousands_of_votes(is_one: bool) -> None:
    """And when one customer has: he counts once, and his votes are found without walking them."""
    counters = Counters(CAP)
    for number in range(1, 10_001):
        counters.add(_vote(number, number, 1 if is_one else number % 6000, "", ("x", f"y{number % 7}")))
    counts = [counters.count("x", since_us) for since_us in (0, 2000, 9000, 9999, 10_000)]
    assert counts == ([1, 1, 1, 1, 0] if is_one else [6000, 6000, 1000, 1, 0])
    assert counters.count("y3", 0) == (1 if is_one else len({n % 6000 for n in range(1, 10_001) if n % 7 == 3}))

    starts = [counters.start(since_us) for since_us in (9000, 3000, 0)]
    for start in starts:
        every = sorted(counters.numbers("x", start))
        assert counters.counts("x", (start,)) == [len(every)]
        assert list(counters.sample("x", start, 7)) == every[::7]
        assert counters.having(every, "y2") == [n for n in every if "y2" in counters.vote(n).terms]
        for floor in (len(every) - 1, len(every), 20_000):
            assert counters.exceeds("x", (start,), (floor,)) == (len(every) > floor)
    assert counters.counts("x", starts) == [counters.counts("x", (start,))[0] for start in starts]
    for _ in range(9990):
        counters.expire()
    assert counters.count("x", 0) == (1 if is_one else 10)
    assert [vote.message_id for vote in counters.newest("x", 9997)] == [10_000, 9999, 9998][: 1 if is_one else 3]
    for _ in range(10):
        counters.expire()
    assert counters.dump() == {}


@given(votes)
def test_everything_expires(rows: list[tuple[int, int, str, list[str]]]) -> None:
    counters, living, _, _ = _replay(rows)
    for vote in living:
        assert counters.expire() is vote

    assert counters.dump() == {}


def test_lists_of_what_nobody_says_any_more_are_given_back() -> None:
    counters = Counters(CAP)
    for number in range(5000):
        if number >= 100:
            counters.expire()
        counters.add(_vote(number, number, number, "", ("always", f"word{number}")))

    assert len(counters.dump()) == 102
    assert len(counters._numbers) < 400


def test_only_new_voices_are_fresh() -> None:
    counters = Counters(CAP)
    first, again, third, fourth = (
        _vote(1, 1, 1, "o", ("x",)), _vote(2, 2, 1, "o", ("x", "y")), _vote(3, 3, 2, "o", ("x",)),
        _vote(4, 4, 3, "o", ("x",)),
    )  # fmt: skip
    for vote in (first, again, third, fourth):
        counters.add(vote)

    assert first.fresh == (ALL, "x")
    assert again.fresh == ("y",)
    assert third.fresh == (ALL, "x")
    assert fourth.fresh == ()


def test_counted_keeps_one_vote_a_customer_and_the_cap_an_origin() -> None:
    said = [_vote(n, n, n % 5, "o" if n % 5 < 4 else "") for n in range(1, 20)]

    kept = counted(said, CAP)
    assert sorted(vote.customer for vote in kept) == [2, 3, 4]
    assert [vote.message_id for vote in kept] == [19, 18, 17]


def test_largest_origin_is_one_voice() -> None:
    assert voices([]) == 0
    assert voices([_vote(n, n, n, "o") for n in range(5)]) == 1
    assert voices([_vote(n, n, n, "") for n in range(5)]) == 5
    assert voices([_vote(n, n, n, origin) for n, origin in enumerate(("o", "o", "p", ""))]) == 3


def test_of_too_many_templates_the_oldest_are_forgotten() -> None:
    memory = TemplateMemory(OutageRules(most_templates=10))
    for number in range(50):
        memory.is_repeated(str(number), number)

    assert len(memory.seen) <= 11
    assert memory.is_repeated("49", 50)
    assert not memory.is_repeated("0", 51)


def test_template_votes_once_in_its_time() -> None:
    memory = TemplateMemory(OutageRules(template_hours=24.0))

    assert not memory.is_repeated("t", 0)
    assert memory.is_repeated("t", 23 * HOUR_US)
    assert memory.is_repeated("t", 46 * HOUR_US)
    assert not memory.is_repeated("t", 71 * HOUR_US)
    assert not memory.is_repeated("", 0)
    assert not memory.is_repeated("", 0)


@given(
    st.lists(st.integers(0, 3), max_size=60),
    st.lists(st.tuples(st.sampled_from(["remove", "forget", "add"]), st.integers(0, 120)), max_size=60),
    st.lists(st.integers(0, 160), min_size=1, max_size=4),
)
def test_blocks_know_how_many_numbers_are_newer(
    gaps: list[int], changes: list[tuple[str, int]], asked: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(postings, "_BLOCK", 4)
        numbers = sorted({*accumulate(gaps), 0})
        blocks, oldest = postings.Blocks(numbers), 0
        for change, number in changes:
            if change == "remove" and number >= oldest and len(numbers) > 1:
                assert blocks.remove(number) == (number in numbers)
                numbers = [one for one in numbers if one != number]
            elif change == "forget" and number < numbers[-1]:
                blocks.forget(number)
                oldest = max(oldest, number + 1)
                numbers = [one for one in numbers if one >= oldest]
            elif change == "add":
                numbers.append(numbers[-1] + 1 + number // 40)
                blocks.append(numbers[-1])
            starts = sorted((max(oldest, start) for start in asked), reverse=True)
            assert blocks.counts(starts) == [sum(one >= start for one in numbers) for start in starts]
            for start in starts:
                assert list(blocks.newest(start)) == [one for one in reversed(numbers) if one >= start]
            assert [one for one in range(oldest, numbers[-1] + 2) if one in blocks] == numbers
            for newer in range(len(numbers)):
                assert blocks.newest_but(newer) == numbers[-1 - newer]
            assert blocks.newest_but(len(numbers)) < oldest or not oldest
