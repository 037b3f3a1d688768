"""The splitter's promises for any text: offsets that hold, nothing lost, something shown, time in proportion."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelhub.content import html, replies
from channelhub.domain.spans import pieces, without

OWN = (
    "Money was charged twice.",
    "Деньги списали дважды, верните",
    "Кошти не повернули",
    "yes",
    "Ok!",
    "1) first",
    "Київ",
)
CLIENTS = (
    "On Thu, Nov 19, 2026 at 2:02 PM Support <help@shop.example> wrote:",
    "чт, 19 нояб. 2026 г. в 14:02, Поддержка <help@shop.example>:",
    "19 лист. 2026 р. о 14:02 Підтримка <help@shop.example> пише:",
    "Am 19.11.26 um 14:02 schrieb Kundendienst:",
    "-----Original Message-----",
    "From: Support <help@shop.example>\nSent: Thursday, November 19, 2026 2:02 PM\nSubject: x",
    "________________________________",
    "---------- Forwarded message ---------",
    "## Please type your reply above this line ##",
)
QUOTED = (
    "> Please check",
    ">> earlier",
    ">",
    "> a long line of a quoted mail that some client has broken in the middle of",
)
ENDINGS = ("-- ", "Best regards,", "Ann Lee", "С уважением,", "Sent from my iPhone", "+380 44 123 45 67", "--")
NOTICES = (
    "CAUTION: This email originated from outside of the organization.",
    "This e-mail is confidential and intended solely for the addressee. Notify the sender if received in error.",
)
LINES = st.sampled_from((*OWN, *CLIENTS, *QUOTED, *ENDINGS, *NOTICES, "", "", " ", "\u200b", "\xa0x\u200b y \t"))
TEXTS = st.lists(LINES, max_size=25).map("\n".join) | st.text(
    alphabet=st.sampled_from("> \nOn wrote:From@-Сав,.19:\t\u200b\xa0"), max_size=300
)


@given(TEXTS, st.data())
def test_offsets_hold_whatever_the_text(text: str, data: st.DataObject) -> None:
    count = text.count("\n") + 1
    marks = data.draw(st.just(()) | st.lists(st.integers(-1, 3), min_size=count, max_size=count))
    hidden = replies.hidden(text, marks)
    ends = [0, *(offset for span in hidden for offset in span), len(text)]

    assert ends == sorted(ends)
    assert all(start < end for start, end in hidden)
    assert all(before[1] < after[0] for before, after in pairwise(hidden))
    assert "".join(words for words, _ in pieces(text, hidden)) == text


@given(TEXTS)
def test_something_is_shown_where_something_was_written(text: str) -> None:
    shown = replies.own_words(text)

    assert bool(shown.strip()) == bool(text.strip())
    assert not replies.hidden(text) or shown == shown.strip(" \t")


@given(
    st.lists(st.sampled_from(OWN), min_size=1, max_size=6),
    st.sampled_from(CLIENTS[:4]),
    st.lists(st.sampled_from(QUOTED), min_size=1, max_size=8),
    st.lists(st.sampled_from(OWN), max_size=3),
)
@example(["yes"], CLIENTS[0], ["> a"], [])
def test_own_lines_above_and_below_a_quote_are_kept_and_are_all_own_when_read_again(
    above: list[str], attribution: str, quoted: list[str], below: list[str]
) -> None:
    text = "\n".join([*above, "", attribution, "", *quoted, "", *below])
    shown = replies.own_words(text)

    assert shown.split() == "\n".join([*above, *below]).split()
    assert replies.own_words(shown) == shown


def test_a_text_without_history_is_shown_to_its_last_character() -> None:
    assert replies.hidden("  Где заказ?  \n\n") == ()
    assert replies.hidden("  Где заказ?  \n\n> Ваш заказ принят") == ((0, 2), (12, 34))
    assert replies.hidden("Где заказ?") == ()
    assert replies.hidden("") == ()


def test_marks_may_be_fewer_or_more_than_lines() -> None:
    assert replies.own_words("new\nold\nmore", (0, 1)) == "new\nmore"
    assert replies.own_words("new\nold", (0, 1, 1, 1)) == "new"


BOMBS = {
    "On": "On ",
    "On, a line each": "On \n",
    "attributions": "On Thu, Nov 19, 2026 at 2:02 PM a <a@b.c>\n",
    "attributions without an end": "чт, 19 нояб. 2026 г. в 14:02, П <a@b>:\n",
    "verbs": "wrote:\n",
    "verbs after addresses": "x <a@b.c> wrote\n",
    "colons": "a:\n",
    "headers": "From: a\n",
    "blocks of headers": "From: a <a@b.c>\nTo: b\nDate: 1\n",
    "marks": ">",
    "marked lines": ">\n",
    "wrapped lines": "> " + "a" * 70 + "\nb\n",
    "angle brackets": "<",
    "dashes": "-----",
    "ruled lines": "____________\n",
    "originals": "-----Original",
    "delimiters": "-- \n",
    "footers": "Sent from my iPhone\n",
    "closings": "Best regards,\nAnn\n",
    "contacts": "Ann\n+380 44 123 45 67\n\n",
    "banners": "caution external email ",
    "disclaimers": "confidential addressee disclose delete it\n\n",
    "blank lines": "\n",
    "dates": "12:00 19.11.2026 ",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_costs_time_in_proportion_to_its_length(piece: str) -> None:
    short, long = (processor_s(piece, chars) for chars in (30_000, 120_000))

    assert long < 1.5
    assert long < 8 * short + 0.1


@pytest.mark.parametrize(
    "markup",
    ["<" * 300_000, "<div>" * 50_000 + "x", "<blockquote>" * 9000 + "x", "<div class=gmail_quote>" * 9000 + "x"],
    ids=["brackets", "divs", "blockquotes", "quotes of Gmail"],
)
def test_nested_and_endless_markup_costs_little(markup: str) -> None:
    began = time.process_time()
    page = html.read(markup)
    replies.hidden(page.text, page.marks)

    assert time.process_time() - began < 1.5


def processor_s(piece: str, chars: int) -> float:
    text = (piece * (chars // len(piece) + 1))[:chars]
    began = time.process_time()
    hidden = replies.hidden(text)
    assert without(text, hidden).strip() or not text.strip()
    return time.process_time() - began
