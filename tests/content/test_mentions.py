"""Phones, mail addresses and orders in running text of three languages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.mentions import Mentions, mentions, order_number


@pytest.mark.parametrize(
    ("text", "phones", "emails", "orders"),
    [
        ("Мой номер 067 111-22-33, заказ №12345", ("067 111-22-33",), (), ("12345",)),
        ("мій номер (067)1112233", ("(067)1112233",), (), ()),
        ("call +380 (67) 111 22 33 or 0501112233", ("+380 (67) 111 22 33", "0501112233"), (), ()),
        ("замовлення ORD-2291-A не прийшло", (), (), ("ord2291a",)),
        ("order number: 88123, mail ann.b@example.com.", (), ("ann.b@example.com",), ("88123",)),
        ("Заказ: 77812, ТТН 20450000111222", (), (), ("77812", "20450000111222")),
    ],
)
def test_what_is_called_so_is_found(
    text: str, phones: tuple[str, ...], emails: tuple[str, ...], orders: tuple[str, ...]
) -> None:
    assert mentions(text) == Mentions(phones=phones, emails=emails, orders=orders)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 12:00:00 сума 12 500.00 грн, артикул 0123-4567",
        "где мой заказ от 12 марта",
        "order 2024-11-05 was late, заказ 2025 года",
        "IBAN UA213223130000026007233566001",
        "a@b and @somebody",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert mentions(text) == Mentions()


def test_an_order_is_one_number_however_it_is_written() -> None:
    assert order_number("№ ORD-2291/a") == order_number("ord2291A") == "ord2291a"
    assert order_number("A-1") == ""


@given(st.text(max_size=500))
def test_any_text_has_few_mentions(text: str) -> None:
    found = mentions(text)

    assert max(map(len, (found.phones, found.emails, found.orders))) <= 4


@pytest.mark.parametrize("piece", ["0 ", "+380", "a.", "заказ ", "order: no. ", "0(", "x@a.", "заказ№№##"])
def test_hostile_texts_cost_little(piece: str) -> None:
    began_s = time.process_time()
    mentions(piece * 20_000)

    assert time.process_time() - began_s < 0.1
