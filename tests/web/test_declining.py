"""Who declines notices: the page behind a notice's link, mail programs' one click, and agents."""

from typing import Any

import pytest

from channelhub.rules.notices import optout
from tests.web.conftest import BOOK, Hub
from tests.web.flow import receive


async def identity(hub: Hub) -> dict[str, Any]:
    """The only identity of the only customer, as the card shows it."""
    async with hub.http.get(
        f"{hub.url}/api/v1/customers/lookup?identity=email:hanna@example.com", headers=hub.admin()
    ) as answer:
        [found] = (await answer.json())["identities"]
    return dict(found)


async def link(hub: Hub) -> str:
    await receive(hub, "нічого не працює")
    token = optout.write(int((await identity(hub))["id"]), secret=BOOK.secret)
    return f"{hub.url}/unsubscribe/{token}"


async def test_opening_the_link_only_asks(hub: Hub) -> None:
    async with hub.http.get(await link(hub), headers={"Accept-Language": "uk"}) as answer:
        text = await answer.text()

    assert answer.status == 200
    assert "Не надсилати сповіщень" in text
    assert not (await identity(hub))["opted_out"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_mail_program_declines_with_one_click_from_anywhere(hub: Hub, headers: dict[str, str]) -> None:
    address = await link(hub)
    statuses = []
    for _ in range(2):
        async with hub.http.post(
            address, data=b"List-Unsubscribe=One-Click", headers=headers, allow_redirects=False
        ) as answer:
            statuses.append(answer.status)
    async with hub.http.get(address, headers={"Accept-Language": "en"}) as answer:
        text = await answer.text()

    assert statuses == [200, 200]
    assert (await identity(hub))["opted_out"]
    assert "you get no more notices" in text
    assert '<form method="post"><button' not in text


async def test_a_made_up_link_changes_nothing(hub: Hub) -> None:
    address = await link(hub)
    forged = optout.write(int((await identity(hub))["id"]), secret=b"guessed")
    stranger = optout.write(12345, secret=BOOK.secret)
    statuses = []
    for token in (forged, stranger, "x", f"{address.rpartition('/')[2]}0"):
        for method in ("GET", "POST"):
            async with hub.http.request(method, f"{hub.url}/unsubscribe/{token}") as answer:
                statuses.append(answer.status)

    assert set(statuses) == {404}
    assert not (await identity(hub))["opted_out"]


async def test_an_agent_declines_for_a_customer_and_takes_it_back(hub: Hub) -> None:
    await link(hub)
    identity_id = (await identity(hub))["id"]
    seen = []
    for method in ("PUT", "DELETE"):
        async with hub.http.request(
            method, f"{hub.url}/api/v1/identities/{identity_id}/opt-out", headers=hub.admin()
        ) as answer:
            seen.append((answer.status, (await identity(hub))["opted_out"]))
    async with hub.http.put(f"{hub.url}/api/v1/identities/5/opt-out", headers=hub.admin()) as answer:
        unknown = answer.status

    assert seen == [(204, True), (204, False)]
    assert unknown == 404


@pytest.mark.parametrize(("word", "expected"), [("opt-out", True), ("opt-in", False)])
async def test_the_card_has_a_button_for_it(hub: Hub, word: str, expected: bool) -> None:
    await link(hub)
    identity_id = (await identity(hub))["id"]
    if not expected:
        await hub.http.put(f"{hub.url}/api/v1/identities/{identity_id}/opt-out", headers=hub.admin())
    async with hub.http.get(f"{hub.url}/customers/{identity_id}", headers=hub.admin()) as answer:
        shown = await answer.text()
    async with hub.http.post(f"{hub.url}/identities/{identity_id}/{word}", headers=hub.admin()) as answer:
        status = answer.status

    assert f'action="/identities/{identity_id}/{word}"' in shown
    assert (status, (await identity(hub))["opted_out"]) == (200, expected)
