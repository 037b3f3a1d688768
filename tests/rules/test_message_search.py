"""Messages by their words: what is asked of the index, how it is ranked, which line of a message is shown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.spans import pieces
from channelhub.domain.times import to_us
from channelhub.rules.message_search import Narrowing, Question, Text, marks


def us(*parts: int) -> int:
    return to_us(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


def marked(question: str, text: str, subject: str = "") -> list[str]:
    passage = Question(question).passage(subject, text)
    return [piece for piece, is_marked in pieces(passage.text, passage.marks) if is_marked]


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("замовлення", "Де моє Замовлення? Про замовленням мовчать", ["Замовлення", "замовленням"]),
        ("экраны", "разбит экран", ["экран"]),
        ("refund", "I was refunded; REFUNDS take long", ["refunded", "REFUNDS"]),
        ("пос", "посилка", ["посилка"]),
        ("п'ять", "п’ять хвилин", ["п’ять"]),
        ("cafe", "the café", ["café"]),
        ("card order", "order a card", ["order", "card"]),
        ("card", "<mark>card</mark>", ["card"]),
        ("mark", "nothing", []),
    ],
)
def test_words_are_marked_in_the_forms_they_stand_in(question: str, text: str, found: list[str]) -> None:
    assert marked(question, text) == found


def test_a_long_text_is_shown_where_most_of_the_question_stands() -> None:
    text = "card " + "filler words here " * 60 + "the card of order 17 " + "more of it " * 60
    passage = Question("order card").passage("", text)

    assert (passage.text[0], passage.text[-1], len(passage.text) < 250) == ("…", "…", True)
    assert [passage.text[start:end] for start, end in passage.marks] == ["card", "order"]


def test_the_subject_is_shown_where_only_it_has_the_words() -> None:
    assert marked("refund", "no such word", subject="About my refund") == ["refund"]
    assert Question("refund").passage("About", "neither\nof   both").text == "neither of both"


@given(st.text(max_size=80), st.text())
def test_any_question_over_any_text_marks_whole_places_in_order(question: str, text: str) -> None:
    passage = Question(question).passage(text[:20], text)

    ends = [0, *(edge for span in passage.marks for edge in span), len(passage.text)]
    assert ends == sorted(ends)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_only_ever_quoted_terms(question: str) -> None:
    outside = Question(question).expression().split('"')[::2]

    assert set(" ".join(outside).replace(")", " ) ").replace("(", " ( ").split()) <= {"(", ")", "()", "*", "OR", "AND"}


def test_words_together_and_exact_and_in_the_subject_come_first() -> None:
    texts = [
        Text(subject="", text="a card was lost, then there came an order, " + "and more words " * 8),
        Text(subject="", text="cards and orders"),
        Text(subject="", text="the order card came"),
        Text(subject="order card", text="the order card"),
    ]

    assert Question("order card").ranked(texts) == [3, 2, 1, 0]
    assert Question("order").ranked([]) == []


def test_of_equals_the_newer_stays_first() -> None:
    assert Question("order").ranked([Text(subject="", text="an order")] * 3) == [0, 1, 2]


@pytest.mark.parametrize(
    ("since", "until", "at", "is_in"),
    [
        (None, None, us(2025, 5, 5), True),
        (us(2025, 5, 1), None, us(2025, 5, 5), True),
        (us(2025, 5, 1), None, us(2030, 1, 1), True),
        (us(2025, 6, 1), None, us(2025, 5, 5), False),
        (None, us(2025, 5, 5), us(1999, 12, 31), True),
        (None, us(2025, 4, 30), us(2025, 5, 5), False),
        (us(2024, 11, 3), us(2026, 2, 1), us(2025, 5, 5), True),
        (us(2024, 11, 3), us(2026, 2, 1), us(2024, 11, 30), True),
        (us(2024, 11, 3), us(2026, 2, 1), us(2024, 10, 30), False),
        (us(2024, 11, 3), us(2024, 1, 1), us(2024, 6, 1), False),
    ],
)
def test_a_span_of_time_asks_for_the_months_it_touches(
    since: int | None, until: int | None, at: int, is_in: bool
) -> None:
    asked = Question("order").expression(Narrowing(since_us=since, until_us=until)).partition(" AND ")[2]
    wanted = {one.strip('"') for one in asked.strip("()").split(" OR ")}
    own = set(marks(channel="email", identity_id=1, at_us=at).split()[2:])

    assert (not asked or not wanted.isdisjoint(own)) == is_in


def test_no_words_ask_for_nothing() -> None:
    assert Question("…!? ''").expression(Narrowing(channel="email")) == ""
