"""Letters from one template are one voice, whatever is filled in; people who say the same are many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.rules.outage.alike import compared, unlike
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US
from channelhub.rules.outage.votes import Vote
from tests.outage.traffic import START_US, Traffic, in_order, run, suspected

ALARM_US = START_US + 70 * HOUR_US
_LETTER = "we regret that your mail for {} stays broken and unread, the mailbox owner {} failed, ask {}"


def _vote(number: int, text: str) -> Vote:
    return _voted(number, features(subject="", text=text).terms)


def _voted(number: int, terms: tuple[str, ...]) -> Vote:
    return Vote(
        message_id=number, at_us=number, customer=number, origin="", channel="email",
        terms=terms, problem=1.0, words=9, language="en",
    )  # fmt: skip


def test_letters_with_other_fillings_are_one_voice() -> None:
    letters = [_vote(number, _LETTER.format(f"alpha{'x' * number}", "bob", "carol")) for number in range(5)]

    assert unlike(letters) == letters[:1]


def test_short_texts_are_let_be() -> None:
    reports = [_vote(number, "the internet is down again") for number in range(5)]

    assert unlike(reports) == reports


def test_long_texts_in_own_words_are_kept() -> None:
    texts = (
        "since this morning the elevator hangs between two floors with my grandmother inside",
        "somebody repair that elevator, neighbours wait downstairs with heavy shopping bags",
    )
    reports = [_vote(number, text) for number, text in enumerate(texts)]

    assert unlike(reports) == reports


def test_only_the_newest_votes_are_compared() -> None:
    reports = [_vote(number, "the internet is down again") for number in range(1000)]

    assert len(unlike(reports)) == compared(reports) < 100


_texts = st.lists(st.lists(st.sampled_from([*"abcdefghijklm", "#n", "#o"]), unique=True).map(tuple), max_size=80)


@given(_texts)
def test_long_texts_are_the_same_that_have_three_fifths_of_their_stems_in_common(texts: list[tuple[str, ...]]) -> None:
    votes = [_voted(number, terms) for number, terms in enumerate(texts)]
    kept: list[Vote] = []
    for vote in votes[:64]:
        own = {term for term in vote.terms if not term.startswith("#")}
        others = [{term for term in one.terms if not term.startswith("#")} for one in kept]
        if len(own) < 6 or not any(len(own & one) >= 0.6 * len(own | one) for one in others if len(one) >= 6):
            kept.append(vote)

    assert unlike(votes) == kept


@pytest.mark.slow
def test_a_template_with_fillings_raises_nothing_and_hides_nothing() -> None:
    traffic = Traffic()
    letters = [
        traffic.report(ALARM_US + number * MINUTE_US, _LETTER.format(*traffic.filler(3).split()))
        for number in range(25)
    ]
    background = traffic.background(74)
    outage = traffic.outage("ru", ALARM_US, size=12, minutes=40)

    assert suspected(run(in_order(background, letters))) == []
    (alarm,) = suspected(run(in_order(background, letters, outage)))
    assert set(alarm.members) <= {report.message_id for report in outage}
