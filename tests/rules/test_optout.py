"""Declining notices: a link that only we can make, and words that nobody writes by chance."""

import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.notices import optout

SECRET = b"of a test"
IDS = st.integers(0, 2**63 - 1)


@given(identity_id=IDS)
def test_a_link_names_its_identity_to_nobody_but_us(identity_id: int) -> None:
    token = optout.write(identity_id, secret=SECRET)

    assert optout.read(token, secret=SECRET) == identity_id
    assert optout.read(token, secret=b"another") is None
    assert len(token) <= 42


@given(identity_id=IDS, place=st.integers(0, 60), letter=st.sampled_from("0123456789abcdefghijklmnopqrstuv.wZ"))
def test_one_changed_character_and_it_is_no_link(identity_id: int, place: int, letter: str) -> None:
    token = optout.write(identity_id, secret=SECRET)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    assert changed == token or optout.read(changed, secret=SECRET) is None


@given(text=st.text(max_size=80))
def test_any_other_text_is_no_link(text: str) -> None:
    assert optout.read(text, secret=SECRET) is None


def test_a_link_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []
    monkeypatch.setattr(hmac, "compare_digest", lambda left, right: compared.append((left, right)) or False)
    token = optout.write(7, secret=SECRET)

    assert optout.read(token, secret=SECRET) is None
    assert len(compared) == 1


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", " Стоп! ", "СТОП", "Отписаться", "ВІДПИСАТИСЯ", "«відписатись»", "\nUNSUBSCRIBE\n"]
)
def test_a_bare_word_declines(text: str) -> None:
    assert optout.declines(text)


@pytest.mark.parametrize(
    "text", ["", "...", "stop sending me broken parcels", "не стоп", "Как отписаться?", "stop" * 20, "нет", "СТОПП"]
)
def test_a_sentence_does_not(text: str) -> None:
    assert not optout.declines(text)
