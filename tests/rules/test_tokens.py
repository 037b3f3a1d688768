"""A reply token says what we signed, and nothing else is one."""

import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules import tokens
from channelhub.rules.tokens import Token

SECRET = b"of a test"
IDS = st.integers(0, 2**63 - 1)
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)


@given(conversation=IDS, message=IDS, local=LOCAL)
def test_a_token_is_read_back_from_a_message_id_and_from_an_address_in_any_case(
    conversation: int, message: int, local: str
) -> None:
    token = tokens.write(conversation, message, secret=SECRET)
    said = Token(conversation_id=conversation, message_id=message)

    assert tokens.read(tokens.message_id(token, "shop.example"), secret=SECRET) == said
    assert tokens.read(f"<{token}@shop.example>".upper(), secret=SECRET) == said
    assert tokens.read(f"{local}+{token}@shop.example", secret=SECRET) == said
    assert tokens.read(token, secret=b"another") is None


@given(
    conversation=IDS,
    message=IDS,
    place=st.integers(0, 60),
    letter=st.sampled_from("0123456789abcdefghijklmnopqrstuv.-@+"),
)
def test_one_changed_character_and_it_is_no_token(conversation: int, message: int, place: int, letter: str) -> None:
    token = tokens.write(conversation, message, secret=SECRET)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    assert changed == token or tokens.read(f"{changed}@d", secret=SECRET) is None


@given(conversation=IDS, message=IDS, other=IDS)
def test_the_signature_of_one_token_fits_no_other(conversation: int, message: int, other: int) -> None:
    token = tokens.write(conversation, message, secret=SECRET)
    name, _, mac = token.rpartition(".")
    moved = f"{tokens.write(other, message, secret=SECRET).rpartition('.')[0]}.{mac}"
    padded = f"{name.replace('ch.', 'ch.0', 1)}.{mac}"

    assert moved == token or tokens.read(moved, secret=SECRET) is None
    assert tokens.read(padded, secret=SECRET) is None
    assert tokens.read(f"{token}0", secret=SECRET) is None
    assert tokens.read(f"{name}.{mac[:-1]}", secret=SECRET) is None


@given(st.text(max_size=80))
def test_any_other_text_is_no_token(text: str) -> None:
    assert tokens.read(text, secret=SECRET) is None


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []
    compare = hmac.compare_digest
    monkeypatch.setattr(
        hmac, "compare_digest", lambda left, right: compared.append((left, right)) or compare(left, right)
    )
    token = tokens.write(1, 2, secret=SECRET)
    tokens.read(token, secret=SECRET)

    assert compared == [(token.rpartition(".")[2], token.rpartition(".")[2])]


def test_a_token_leaves_room_for_a_mailbox_in_a_local_part() -> None:
    assert len(tokens.write(2**63 - 1, 2**63 - 1, secret=SECRET)) <= 47


def test_the_first_token_of_several_texts_counts() -> None:
    one, two = (tokens.write(number, 5, secret=SECRET) for number in (1, 2))
    found = tokens.first(["ann@example.com", f"help+{two}@shop.example", f"{one}@shop.example"], secret=SECRET)

    assert found == Token(conversation_id=2, message_id=5)
