"""Doubts: each has a weight and words, an account may weigh them otherwise, and nothing else moves the score."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.incident import SPAM_SCORE
from connectors.webform.form import Form
from connectors.webform.proof import MOST_USES, Drawings, is_proved
from connectors.webform.spam import DOUBTS, EXPLAINED, content_doubts, judge, written_weights
from tests.connectors.webform.formsite import solved

GOOD = Form(fields=(("name", "Ганна"), ("message", "Де моє замовлення?")))


def test_every_doubt_is_explained() -> None:
    assert DOUBTS.keys() == EXPLAINED.keys()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"website": "x"}, "honeypot"),
        ({"name": "Buy www.pills.example"}, "link-in-name"),
        ({"message": "[url=https://a.example]a[/url]"}, "markup"),
        ({"message": '<a href="https://a.example">a</a>'}, "markup"),
        ({"message": "https://a.example " * 5}, "many-links"),
    ],
)
def test_what_a_post_says_by_itself_is_a_reason(fields: dict[str, str], reason: str) -> None:
    form = Form(fields=tuple(fields.items()))

    assert judge(form, fields.get("message", ""), {})[1] == (reason,)


def test_a_person_without_javascript_is_far_from_spam_and_a_robot_in_the_trap_is_spam() -> None:
    assert judge(GOOD, "Де моє замовлення?", {"hints": "no-proof"})[0] < SPAM_SCORE / 2
    assert judge(Form(fields=(("website", "x"),)), "", {})[0] >= SPAM_SCORE
    assert judge(GOOD, "", {"hints": "captcha-failed"})[0] >= SPAM_SCORE
    assert judge(GOOD, "", {"hints": "captcha-unreachable"}) == (0.0, ("captcha-unreachable",))


def test_an_accounts_own_weights_ride_with_the_post() -> None:
    own = {"hints": "no-proof,no-origin", "weights": written_weights({"no-proof": 0.95, "no-origin": 0.0})}

    assert judge(GOOD, "", own) == (0.95, ("no-proof", "no-origin"))


def test_spam_words_are_found_in_any_field_and_case() -> None:
    form = Form(fields=(("x", "Купи ВІАГРУ"),))

    assert content_doubts(form, ("віагру",)) == ["spam-words"]
    assert content_doubts(form, ("casino",)) == content_doubts(form, ()) == []


@given(st.lists(st.sampled_from(sorted(DOUBTS))), st.text(max_size=60), st.text(max_size=40))
def test_a_score_is_between_none_and_certain_and_grows_with_each_doubt(
    hints: list[str], junk: str, weights: str
) -> None:
    fewer, _ = judge(GOOD, "", {"hints": ",".join(hints[1:])})
    score, reasons = judge(GOOD, "", {"hints": ",".join(hints)})
    odd, _ = judge(GOOD, "", {"hints": junk, "weights": weights})

    assert 0 <= fewer <= score <= 1
    assert 0 <= odd <= 1
    assert reasons == tuple(dict.fromkeys(hints))


def test_a_proof_is_for_its_token_and_difficulty() -> None:
    proof = solved("1.a.b", 12)

    assert is_proved("1.a.b", proof, 12)
    assert not is_proved("1.a.c", proof, 12)
    assert not any(is_proved("1.a.b", odd, 1) for odd in ("", "-1", " 1", "١", "9" * 16))


@given(st.integers(0, 5000), st.integers(0, 20))
def test_a_proof_has_as_many_zero_bits_as_were_asked_for(number: int, bits: int) -> None:
    digest = hashlib.sha256(f"1.a.b.{number}".encode()).digest()
    zeros = len(f"{int.from_bytes(digest, 'big'):0256b}".partition("1")[0])

    assert is_proved("1.a.b", str(number), bits) is (zeros >= bits)


def test_a_drawing_wears_out_and_the_oldest_is_forgotten() -> None:
    drawings = Drawings()

    assert [drawings.is_worn("a") for _ in range(MOST_USES + 1)] == [False] * MOST_USES + [True]
    assert not drawings.is_worn("b")
