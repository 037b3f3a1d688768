"""Every answer that shows a customer is noted; administrators read who did what, and who looked at whom."""

import pytest

from channelhub.web.looking import SHOWS
from channelhub.web.routes.table import routes
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call

SHOW_NONE = {
    "/api/v1/messages/{id}/similar",  # beginnings of what others wrote, as on an outage's page
    "/api/v1/customers/{id}/export",  # has a line of its own, written before
    "/api/v1/conversations/{id}/draft",  # what one wrote oneself and has not sent
}


def test_every_answer_of_a_customer_or_message_is_noted_or_says_why_not() -> None:
    telling = {
        route.path for route in routes()
        if route.method == "GET" and route.path.startswith(("/api/v1/customers/{", "/api/v1/messages/{", "/customers/{",
                                                            "/messages/{", "/conversations/{",
                                                            "/api/v1/conversations/{", "/card"))
    }  # fmt: skip

    assert telling - set(SHOWS) == SHOW_NONE
    assert set(SHOWS) - {route.path for route in routes()} == set()


async def test_who_saw_what_is_in_the_audit_and_what_was_refused_is_not(hub: Hub) -> None:
    files = [{"filename": "a.txt", "content": "YQ=="}]
    message_id = await receive(hub, "Привіт", email="a@example.com", attachments=files)
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:a@example.com")
    customer = card["customer"]["id"]
    for path in (f"/customers/{customer}", f"/customers/{customer}/timeline", f"/messages/{message_id}"):
        await call(hub, "GET", path)
    for path in (f"/messages/{message_id}/raw", f"/messages/{message_id}/attachments/0"):
        async with hub.http.get(f"{hub.url}/api/v1{path}", headers=hub.admin()) as answer:
            await answer.read()
    for path in ("/customers/999", "/messages/999"):
        await call(hub, "GET", path)
    assert hub.parts.looks is not None
    await hub.parts.looks.write()
    _, found = await call(hub, "GET", f"/audit?customer={customer}&action=customer.look")
    headers = hub.admin() | {"Accept": "text/html"}
    async with hub.http.get(f"{hub.url}/audit?customer={customer}&before=999999", headers=headers) as answer:
        page = await answer.text()

    [line] = found["items"]
    assert line["detail"] == {"attachment": "1", "card": "3", "message": "1", "raw": "1"}
    assert (line["target"], found["next"]) == (customer, None)
    assert f'<a href="/customers/{customer}">' in page


@pytest.mark.parametrize("query", ["customer=x", "before=-1", "limit=0", "what=1"])
async def test_a_question_that_says_nothing_is_refused(hub: Hub, query: str) -> None:
    assert (await call(hub, "GET", f"/audit?{query}"))[0] == 422


async def test_the_audit_goes_on_where_a_page_ended(hub: Hub) -> None:
    for number in range(3):
        await call(hub, "POST", "/tokens", {"name": f"t{number}", "role": "agent"})
    _, first = await call(hub, "GET", "/audit?limit=2")
    _, second = await call(hub, "GET", f"/audit?limit=2&before={first['next']}")

    assert [one["action"] for one in [*first["items"], *second["items"]]] == ["token.make"] * 3
