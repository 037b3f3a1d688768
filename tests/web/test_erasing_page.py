"""The form on the card that erases a customer, and the page of receipts."""

from dataclasses import replace
from pathlib import Path

from channelhub.rules.erasing import Step
from channelhub.store import erasures
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.web.connection import Deadlines
from tests.web.conftest import Hub, running
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


async def test_receipts_are_listed_by_whether_they_are_settled(tmp_path: Path) -> None:
    why = {7: "deliveries that came before it are still to be read"}
    ones = [Erasure(id=number, step=Step.WAITING, actor="admin:kate", asked_us=10 - number) for number in (5, 6, 7)]

    async def asked(session: Session) -> None:
        for one in ones:
            await erasures.add(session, one)
        await erasures.save(session, replace(ones[0], step=Step.DONE, done_us=9, is_compact=True))
        await erasures.save(session, replace(ones[1], step=Step.DONE, done_us=9))

    async with running(tmp_path, Deadlines(), {"erasures_wait": lambda: why}) as hub:
        await hub.store.writer.command(asked)
        found = {}
        for state in ("any", "open", "not-compact"):
            _, listed = await call(hub, "GET", f"/erasures?state={state}")
            found[state] = [(one["id"], one["waits"]) for one in listed["items"]]
        _, one = await call(hub, "GET", "/erasures/7")
        refused, _ = await call(hub, "GET", "/erasures?state=lost")
        shown = await page(hub, "/erasures")

    assert found == {"any": [("5", ""), ("6", ""), ("7", why[7])], "open": [("7", why[7])], "not-compact": [("6", "")]}
    assert one["waits"] == why[7]
    assert shown.count(why[7]) == 1
    assert refused == 422


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
