"""Detections judged by the truth of a history."""

import pytest

from channelhub.rules.outage.scoring import Detection, Truth, pooled, score


def lines(*reports: str) -> list[Truth]:
    """A message each minute: `A` and `B` report an outage of that name, other words are its kind."""
    return [
        Truth(at_s=60.0 * number, outage=word) if word in {"A", "B"} else Truth(at_s=60.0 * number, kind=word)
        for number, word in enumerate(reports)
    ]


def detection(opened_at: int, at_open: tuple[int, ...], members: tuple[int, ...] = ()) -> Detection:
    return Detection(id=str(opened_at), opened_at=opened_at, members_at_open=at_open, members=members or at_open)


def test_half_of_the_members_at_opening_make_a_hit() -> None:
    found = score(lines("A", "bg", "A", "bg", "A"), [detection(3, (0, 1, 2, 3))])

    assert (found.detected, found.false_alarms) == (1, {})
    assert found.reports == (2,)
    assert found.minutes == (3.0,)


def test_less_than_half_is_a_false_alarm_named_by_what_it_is_made_of() -> None:
    found = score(lines("A", "spam", "spam", "spam"), [detection(3, (0, 1, 2, 3))])

    assert found.false_alarms == {"spam": 1}
    assert found.missed == ("A",)
    assert (found.precision, found.recall, found.f1) == (0.0, 0.0, 0.0)


def test_what_many_ask_without_trouble_counts_neither_way() -> None:
    found = score(lines("neutral", "neutral", "bg"), [detection(2, (0, 1, 2))])

    assert (found.neutral, found.false_alarms, found.precision) == (1, {}, 1.0)


def test_a_second_alarm_about_an_outage_is_a_duplicate_and_the_first_counts() -> None:
    found = score(lines("A", "A", "A", "A"), [detection(3, (2, 3)), detection(1, (0, 1))])

    assert (found.detected, found.duplicates, found.reports) == (1, 1, (2,))
    assert found.document()["alerts_per_outage"] == 2.0


def test_members_are_those_of_the_largest_alarm() -> None:
    found = score(lines("A", "A", "bg", "A", "A"), [detection(1, (0, 1)), detection(3, (1, 3), (1, 2, 3, 4))])

    assert found.member_precision == (0.75,)
    assert found.member_recall == (0.75,)


def test_only_streams_without_outages_count_as_quiet() -> None:
    quiet = score(lines("bg", "bg"), [detection(1, (0, 1))])
    busy = score(lines("A", "bg"), [detection(1, (1,))])
    both = pooled([quiet, busy])

    assert both.quiet_false_alarms == 1
    assert both.quiet_days == quiet.days
    assert both.false_alarms == {"bg": 2}
    assert both.outages == 1


def test_pools_samples_instead_of_averaging_medians() -> None:
    one = score(lines("A", "A", "A"), [detection(0, (0,))])
    other = score(lines("B", "B", "B", "B"), [detection(3, (2, 3))])

    assert pooled([one, other]).reports == (1, 4)
    assert pooled([one, other]).f1 == pytest.approx(1.0)


def test_nothing_found_where_nothing_is_wrong_is_right() -> None:
    found = score(lines("bg", "bg"), [])

    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)
    assert found.document()["reports_median"] is None
