"""The form on the card that erases a customer, and the page of receipts."""

from channelhub.store import erasures
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call
from tests.web.test_pages import page


async def test_an_administrator_erases_a_customer_by_typing_an_address(hub: Hub) -> None:
    await receive(hub, "one")
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:hanna@example.com")
    address = f"{hub.url}/customers/{card['customer']['id']}/erase"
    agent = await hub.token("agent")

    async def typed(words: str, headers: dict[str, str]) -> int:
        async with hub.http.post(address, data={"confirm": words}, headers=headers, allow_redirects=False) as answer:
            return answer.status

    refused = await typed("hanna@example.com", agent)
    wrong = await typed("somebody@example.com", hub.admin())
    done = await typed("Hanna@Example.com ", hub.admin())
    again = await typed("hanna@example.com", hub.admin())
    async with hub.store.readers.read() as session:
        (receipt,) = await erasures.newest(session, limit=2)
    shown = await page(hub, "/erasures")

    assert (refused, wrong, done, again) == (403, 422, 303, 409)
    assert str(receipt.id) in shown
    assert "hanna" not in shown.lower()


async def test_only_administrators_are_offered_it(hub: Hub) -> None:
    await receive(hub, "one")
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:hanna@example.com")
    address = f"{hub.url}/customers/{card['customer']['id']}"
    pages = []
    for headers in (hub.admin(), await hub.token("lead"), await hub.token("agent")):
        async with hub.http.get(address, headers=headers) as answer:
            pages.append(await answer.text())

    assert ["/erase" in one for one in pages] == [True, False, False]
    assert ["/export" in one for one in pages] == [True, True, False]
