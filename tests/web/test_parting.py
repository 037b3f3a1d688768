"""The page and the API after somebody took addresses apart: what still holds, taken out, put back, shared."""

import pytest

from channelhub.pipeline.commands import people
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call
from tests.web.test_pages import page

NAMES = ("ann", "bob", "clo")


async def triangle(hub: Hub) -> tuple[dict[str, str], dict[frozenset[str], str]]:
    """Three addresses that an agent joined each with each other: the identities by name, the links by their ends."""
    ids = {}
    for name in NAMES:
        await receive(hub, f"from {name}", email=f"{name}@example.com")
        _, card = await call(hub, "GET", f"/customers/lookup?identity=email:{name}@example.com")
        ids[name] = card["identities"][0]["id"]
    links = {}
    for first, second in (("ann", "bob"), ("ann", "clo"), ("bob", "clo")):
        made = await people.link(hub.parts.acting, "agent:olha", int(ids[first]), int(ids[second]))
        links[frozenset((first, second))] = str(made)
    return ids, links


async def press(hub: Hub, path: str, **form: str) -> str:
    """Where a button leads."""
    async with hub.http.post(hub.url + path, data=form, headers=hub.admin(), allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]


@pytest.mark.parametrize(
    ("language", "still", "out", "back"),
    [
        ("en", "are one customer still", "Take ann@example.com out", "Put back"),
        ("uk", "лишаються одним клієнтом", "Вилучити ann@example.com", "Повернути"),
        ("ru", "остаются одним клиентом", "Убрать ann@example.com", "Вернуть"),
    ],
    ids=["en", "uk", "ru"],
)
async def test_the_page_says_what_still_joins_two_and_offers_to_take_one_out(
    hub: Hub, language: str, still: str, out: str, back: str
) -> None:
    ids, links = await triangle(hub)
    parted = await press(hub, f"/links/{links[frozenset(('ann', 'bob'))]}/remove", customer=ids["bob"])
    told = await page(hub, parted, language)
    left = await press(hub, f"/identities/{ids['ann']}/take-out")
    after = await page(hub, left, language)
    returned = await press(hub, f"/identities/{ids['ann']}/put-back")
    whole = await page(hub, returned, language)

    assert still in told
    assert out in told
    assert "from ann" in told
    assert "from ann" not in after
    assert back in after
    assert "from ann" in whole
    assert still not in whole


async def test_the_api_says_what_still_joins_two_takes_one_out_and_puts_it_back(hub: Hub) -> None:
    ids, links = await triangle(hub)
    status, parted = await call(hub, "DELETE", f"/links/{links[frozenset(('ann', 'bob'))]}")
    taken, out = await call(hub, "DELETE", f"/identities/{ids['ann']}/links")
    refused, _ = await call(hub, "DELETE", f"/identities/{ids['ann']}/links")
    _, others = await call(hub, "GET", f"/customers/{out['customer_id']}")
    put, _ = await call(hub, "POST", f"/identities/{ids['ann']}/links")
    twice, _ = await call(hub, "POST", f"/identities/{ids['ann']}/links")
    unknown, _ = await call(hub, "DELETE", "/identities/7/links")
    _, whole = await call(hub, "GET", f"/customers/{ids['clo']}")

    assert (status, taken, refused, put, twice, unknown) == (200, 200, 409, 200, 404, 404)
    assert {one["id"] for one in parted["still_joined_by"]} == {
        links[frozenset(("ann", "clo"))],
        links[frozenset(("bob", "clo"))],
    }
    assert {one["id"] for one in others["identities"]} == {ids["bob"], ids["clo"]}
    assert {one["id"] for one in whole["identities"]} == set(ids.values())


async def test_a_card_says_that_an_address_is_shared_and_undoing_opens_a_suggestion(hub: Hub) -> None:
    async def typed(name: str, phone: str) -> None:
        email = {"kind": "email", "value": f"{name}@example.com"}
        claimed = {"kind": "phone", "value": phone, "verified": False}
        await receive(hub, "hello", sender={"name": name, "identities": [email, claimed]})

    await typed("ann", "+380501112233")
    for number in range(5):
        await typed(f"p{number}", "+380440000000")
    _, office = await call(hub, "GET", "/customers/lookup?identity=phone:+380440000000")
    _, ann = await call(hub, "GET", "/customers/lookup?identity=email:ann@example.com")
    [suggestion] = ann["suggestions"]
    _, made = await call(hub, "POST", f"/customers/{ann['customer']['id']}/links", {"suggestion_id": suggestion["id"]})
    _, undone = await call(hub, "DELETE", f"/links/{made['id']}")
    _, again = await call(hub, "GET", "/customers/lookup?identity=email:ann@example.com")

    assert office["suggestions"] == []
    assert [one["shared"] for one in office["identities"]] == [True]
    assert "shared" in await page(hub, f"/customers/{office['customer']['id']}")
    assert [one["shared"] for one in ann["identities"]] == [False]
    assert undone == {"suggestion_id": suggestion["id"], "still_joined_by": []}
    assert [one["id"] for one in again["suggestions"]] == [suggestion["id"]]
