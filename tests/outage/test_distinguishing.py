"""Distinguishing words are those that the reports have and usual messages have not."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.distinguishing import MIN_REPORTS, MOST, distinguishing

USUAL = [("hello", "order"), ("hello", "price"), ("hello", "card"), ("order", "late")] * 50


def test_what_everybody_says_does_not_distinguish() -> None:
    reports = [("hello", "card", "declined"), ("hello", "declined"), ("card", "declined", "order")] * 4
    found = distinguishing(reports, USUAL)

    assert [one.term for one in found] == ["declined", "card"]
    assert (found[0].reports, found[0].of_reports, found[0].usual, found[0].of_usual) == (12, 12, 0, 200)
    assert found[0].z > found[1].z


def test_one_report_alone_distinguishes_nothing() -> None:
    assert distinguishing([("rare",), ("other",)], USUAL) == ()


def test_more_reports_make_a_word_more_certain() -> None:
    few, many = (distinguishing([("declined",)] * count, USUAL)[0].z for count in (4, 40))

    assert many > few


def test_without_messages_to_compare_with_nothing_is_claimed() -> None:
    assert distinguishing([("declined",)] * 9, []) == ()
    assert distinguishing([], USUAL) == ()


messages = st.lists(st.lists(st.sampled_from("abcdef"), unique=True).map(tuple), max_size=30)


@given(messages, messages)
def test_any_messages_are_judged_and_order_does_not_matter(reports: list[tuple[str]], usual: list[tuple[str]]) -> None:
    found = distinguishing(reports, usual)

    assert found == distinguishing(reports[::-1], usual[::-1])
    assert len(found) <= MOST
    assert all(one.reports >= MIN_REPORTS for one in found)
