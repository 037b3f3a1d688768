"""A few reports stand for all: central, different, each language heard."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.rules.outage.representatives import MOST, Report, representatives

TEXTS = (
    ("en", "the elevator is stuck between floors"),
    ("en", "elevator stuck again, the doors are closed"),
    ("en", "we are stuck in your elevator"),
    ("en", "the elevator is stuck between the floors"),
    ("en", "hello, one more question about my invoice, please"),
    ("en", "lift broken"),
    ("ru", "лифт застрял между этажами"),
    ("ru", "опять застрял лифт, двери закрыты"),
    ("uk", "ліфт застряг"),
)


def report(number: int, language: str, text: str, *, customer: int | None = None) -> Report:
    terms = features(subject="", text=text, language=language).terms
    return Report(
        message_id=number, customer=number if customer is None else customer, language=language, terms=terms, text=text
    )


REPORTS = [report(number, language, text) for number, (language, text) in enumerate(TEXTS, 1)]


def test_the_central_reports_are_chosen_and_the_stray_one_is_not() -> None:
    chosen = representatives(REPORTS, {})

    assert 3 <= len(chosen) <= MOST
    assert chosen[0] in {1, 2, 3, 4}
    assert 5 not in chosen


def test_nearly_the_same_text_is_shown_once() -> None:
    assert len({1, 4} & set(representatives(REPORTS, {}))) == 1


def test_every_language_with_several_reports_is_heard() -> None:
    crowd = [report(100 + number, "en", f"elevator stuck number {'x' * number}") for number in range(9)]
    found = {one.language for one in [*REPORTS, *crowd] if one.message_id in representatives([*REPORTS, *crowd], {})}

    assert found == {"en", "ru"}


def test_a_word_that_is_usual_makes_nothing_central() -> None:
    said = [report(1, "en", "invoice question stuck"), report(2, "en", "invoice question elevator"),
            report(3, "en", "elevator doors stuck"), report(4, "en", "elevator stuck")]  # fmt: skip
    usual = dict.fromkeys(features(subject="", text="invoice question").terms, 0.6)

    assert representatives(said, usual)[0] in {3, 4}


def test_one_customer_is_shown_once() -> None:
    said = [report(number, "en", text, customer=7) for number, (_, text) in enumerate(TEXTS[:4], 1)]

    assert len(representatives(said, {})) == 1


def test_without_words_there_is_nobody_to_show() -> None:
    assert representatives([], {}) == ()
    assert representatives([report(1, "en", "  ")], {}) == ()


@given(st.lists(st.tuples(st.sampled_from(["en", "ru", "uk", ""]), st.text(max_size=60)), max_size=25))
def test_any_reports_in_any_order_choose_the_same_few(said: list[tuple[str, str]]) -> None:
    reports = [report(number, language, text) for number, (language, text) in enumerate(said)]
    chosen = representatives(reports, {})

    assert chosen == representatives(reports[::-1], {})
    assert len(set(chosen)) == len(chosen) <= MOST
