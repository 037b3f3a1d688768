"""Suggestions as agents see them: reasons in their language, one click either way; a mark on who pretends."""

from typing import Any

import pytest

from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call
from tests.web.test_parting import press


async def card_of(hub: Hub, address: str) -> dict[str, Any]:
    _, found = await call(hub, "GET", f"/customers/lookup?identity=email:{address}")
    assert isinstance(found, dict)
    return found


async def two_of_one_order(hub: Hub) -> dict[str, Any]:
    """The card of the first of two senders who gave the number of one order."""
    for name, address in (("Олена Шевчук", "olena.shevchuk@example.com"), ("Helen Shevchuk", "h@example.org")):
        email = {"kind": "email", "value": address, "verified": False}
        await receive(hub, "замовлення 556677", sender={"name": name, "identities": [email]})
    return await card_of(hub, "olena.shevchuk@example.com")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["likely", "both gave the number of one order", "the same name"]),
        ("uk", ["імовірно", "обидва назвали номер одного замовлення", "однакове ім’я"]),
        ("ru", ["вероятно", "оба назвали номер одного заказа", "одинаковое имя"]),
    ],
)
async def test_a_suggestion_says_why_in_the_readers_language(hub: Hub, language: str, words: list[str]) -> None:
    card = await two_of_one_order(hub)
    headers = hub.admin() | {"Accept-Language": language}
    async with hub.http.get(f"{hub.url}/customers/{card['customer']['id']}", headers=headers) as answer:
        text = await answer.text()

    assert [word for word in words if word not in text] == []


async def test_a_suggestion_of_clues_has_codes_and_is_settled_with_one_click(hub: Hub) -> None:
    card = await two_of_one_order(hub)
    [one] = card["suggestions"]
    customer = card["customer"]["id"]
    await press(hub, f"/suggestions/{one['id']}/accept", customer=customer)
    joined = await card_of(hub, "olena.shevchuk@example.com")
    [link] = joined["links"]
    await press(hub, f"/links/{link['id']}/remove", customer=customer)
    again = await card_of(hub, "olena.shevchuk@example.com")
    await press(hub, f"/suggestions/{one['id']}/reject", customer=customer)

    assert one["clues"] == [{"kind": "order", "how": "shared"}, {"kind": "name", "how": "same"}]
    assert (one["score"], one["reason"]) == (0.7, "both gave the number of one order; the names are the same")
    assert len(joined["identities"]) == 2
    assert [each["id"] for each in again["suggestions"]] == [one["id"]]
    assert (await card_of(hub, "h@example.org"))["suggestions"] == []


async def test_who_bears_a_known_customers_name_is_marked_on_the_page(hub: Hub) -> None:
    known = {"kind": "email", "value": "olena@example.com"}
    await receive(hub, "hello", sender={"name": "Олена Шевчук", "identities": [known]})
    odd = {"kind": "email", "value": "x@evil.example", "verified": False}
    await receive(hub, "hello", sender={"name": "Елена Шевчук", "identities": [odd]})
    card = await card_of(hub, "x@evil.example")
    [found] = card["suspicions"]
    async with hub.http.get(f"{hub.url}/customers/{card['customer']['id']}", headers=hub.admin()) as answer:
        text = await answer.text()

    assert found["pretence"] == "customer"
    assert found["customer_id"] == (await card_of(hub, "olena@example.com"))["customer"]["id"]
    assert "May be somebody else" in text
    assert f'href="/customers/{found["customer_id"]}"' in text
