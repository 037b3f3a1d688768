"""Slips of the keyboard are read as the hub's own common words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import Features
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.spelling import Spelling, is_one_slip
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL

NOW_US = 1_700_000_000_000_000
LETTERS = st.text(alphabet="абвгде", min_size=1, max_size=8)


def spelling(words: dict[str, int], *, others: int = 1000) -> Spelling:
    """One that has seen each word so often, and so many messages with none of them."""
    usual = Usual(OutageRules())
    for word, count in words.items():
        for _ in range(count):
            usual.learn((ALL, word), NOW_US, 0.0)
    for _ in range(others):
        usual.learn((ALL,), NOW_US, 0.0)
    found = Spelling(OutageRules(), usual)
    found.refresh(NOW_US)
    return found


def report(terms: Sequence[str], *, problem: float = 0.0) -> Report:
    features = Features(terms=tuple(terms), language="en", words=len(terms), problem=problem)
    return Report(message_id=1, at_us=NOW_US, customer=1, channel="c", features=features)


def read(known: Spelling, *terms: str) -> tuple[str, ...]:
    return known.read(report(terms), NOW_US).features.terms


@pytest.mark.parametrize("slip", ["garae", "garagge", "garahe", "agrage"])
def test_a_slip_stands_for_the_common_word_too(slip: str) -> None:
    known = spelling({"garage": 200, "window": 50})

    assert read(known, slip, "window") == (slip, "window", "garage")


def test_two_slips_are_another_word() -> None:
    known = spelling({"garage": 200})

    assert read(known, "gareg", "agarge") == ("gareg", "agarge")


def test_the_concept_and_the_problem_of_the_word_are_meant_with_it() -> None:
    known = spelling({"password": 100, "crash": 60})

    found = known.read(report(("pasword", "crahs")), NOW_US).features

    assert set(found.terms) == {"pasword", "crahs", "password", "crash", "#password", "#crash"}
    assert found.problem == 1.0


def test_a_word_that_people_use_is_no_slip() -> None:
    known = spelling({"garage": 400, "garbage": 30})

    assert read(known, "garbage") == ("garbage",)


def test_a_rare_word_is_no_slip_of_another_rare_one() -> None:
    known = spelling({"garage": 12})

    assert read(known, "garrage") == ("garrage",)


def test_the_commonest_of_several_words_is_meant() -> None:
    known = spelling({"paint": 100, "point": 300})

    assert read(known, "pint")[:2] == ("pint", "point")


def test_short_words_and_concepts_stand_for_themselves() -> None:
    known = spelling({"card": 200, "carpet": 200})

    assert read(known, "car", "#carpt") == ("car", "#carpt")


def test_common_words_are_looked_up_again_after_hours() -> None:
    known = spelling({"garage": 200})
    for _ in range(100):
        known._usual.learn((ALL, "window"), NOW_US, 0.0)

    known.refresh(NOW_US + HOUR_US)
    early = read(known, "windw")
    known.refresh(NOW_US + int(OutageRules().spelling_hours * HOUR_US))

    assert early == ("windw",)
    assert read(known, "windw") == ("windw", "window")


def test_a_restored_one_reads_the_same() -> None:
    known = spelling({"garage": 200, "window": 100})

    restored = Spelling(OutageRules(), known._usual, known.state)

    assert read(restored, "gaarge", "wndow") == read(known, "gaarge", "wndow")


def test_a_detector_keeps_its_common_words_through_a_snapshot() -> None:
    detector = Detector(OutageRules())
    for number in range(60):
        past = report(("garage", f"w{number}"))
        detector.vote(replace(past, message_id=number + 1, customer=number + 1, is_verified=True, is_backfill=True))
    detector.vote(replace(report(("garrage",)), message_id=100, customer=100))

    restored = Detector.restore(OutageRules(), detector.snapshot())

    assert restored._spelling.state == detector._spelling.state
    assert detector._counters.votes[-1].terms == ("garrage", "garage")
    restored.vote(replace(report(("garag",)), message_id=101, customer=101))
    assert restored._counters.votes[-1].terms == ("garag", "garage")


@given(LETTERS, LETTERS)
def test_one_slip_is_as_far_one_way_as_the_other(left: str, right: str) -> None:
    assert is_one_slip(left, right) == is_one_slip(right, left) == _is_one_slip_slowly(left, right)


def _is_one_slip_slowly(word: str, other: str) -> bool:
    places = range(len(word) + 1)
    letters = sorted({*word, *other})
    dropped = {word[:at] + word[at + 1 :] for at in places[:-1]}
    added = {word[:at] + letter + word[at:] for at in places for letter in letters}
    exchanged = {word[:at] + letter + word[at + 1 :] for at in places[:-1] for letter in letters}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-2]}
    return other != word and other in dropped | added | exchanged | swapped
