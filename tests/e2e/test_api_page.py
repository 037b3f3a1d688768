"""The API's page in a real browser: requests are tried from it, as the person signed in or with a token."""

import json

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.test_agent_page import HOSTILE, Seat, browser, seat

__all__ = ["browser", "seat"]
pytestmark = pytest.mark.slow


async def unfolded(seat: Seat, operation: str) -> Locator:
    """The form of an operation on the API's page."""
    if not seat.page.url.endswith("/api/docs"):
        await seat.page.goto(f"{seat.daemon.url}/api/docs")
    await seat.page.locator(f"#{operation} > summary").click()
    return seat.page.locator(f"#{operation} form.try")


async def sent(form: Locator, status: str) -> str:
    """Send it; the answer's body, once the status is this."""
    await form.get_by_role("button", name="Send").click()
    await expect(form.locator("[data-shown=status]")).to_contain_text(status)
    await expect(form.locator("[data-stop]")).to_be_hidden()
    return await form.locator("[data-shown=body]").inner_text()


async def test_an_operation_is_tried_as_the_person_who_is_signed_in(seat: Seat) -> None:
    message_id = await seat.post("m-1", HOSTILE[0])
    read = await unfolded(seat, "get_messages_id")
    await read.locator("[name=id]").fill(message_id)
    while (found := json.loads(await sent(read, "200")))["incident_id"] is None:  # it is being processed
        pass
    change = await unfolded(seat, "patch_incidents_id")
    await change.locator("[name=id]").fill(found["incident_id"])
    await change.locator("textarea").fill('{"version": 1, "assignee": "Olha"}')
    changed = json.loads(await sent(change, "200"))

    assert found["text"] == HOSTILE[0]
    assert changed["assignee"] == "Olha"
    await read.get_by_text("Headers of the answer").click()
    assert "etag: " in await read.locator("[data-shown=head]").inner_text()
    await read.locator("summary", has_text="curl").click()
    command = await read.locator("[data-shown=command]").inner_text()
    assert f"'{seat.daemon.url}/api/v1/messages/{message_id}'" in command
    assert (seat.dialogs, seat.complaints, seat.foreign) == ([], [], [])


async def test_a_token_is_used_instead_of_the_session_and_lacks_what_it_lacks(seat: Seat) -> None:
    wanted = {"name": "of the page", "scopes": ["read:outages"]}
    async with seat.http.post(
        f"{seat.daemon.url}/api/v1/tokens", json=wanted, headers=seat.daemon.authorization()
    ) as answer:
        token = (await answer.json())["token"]
    outages = await unfolded(seat, "get_outages")
    await seat.page.locator("#try-token").fill(token)
    await outages.locator("[name=limit]").fill("5")
    open_to_it = json.loads(await sent(outages, "200"))
    incidents = await unfolded(seat, "get_incidents")
    closed_to_it = json.loads(await sent(incidents, "403"))

    assert open_to_it == {"items": [], "next": None}
    assert closed_to_it["detail"] == "This token lacks the scope read:incidents."
    await outages.locator("summary", has_text="curl").click()
    command = await outages.locator("[data-shown=command]").inner_text()
    assert "$TOKEN" in command
    assert token not in command


async def test_the_live_stream_is_shown_as_it_comes_until_it_is_stopped(seat: Seat) -> None:
    form = await unfolded(seat, "get_stream")
    await form.locator("[name=after]").fill("0")
    await form.get_by_role("button", name="Send").click()
    await expect(form.locator("[data-shown=status]")).to_contain_text("200")
    await seat.post("m-1", "Where is my parcel?")

    await expect(form.locator("[data-shown=body]")).to_contain_text("event: message.received")
    await form.get_by_role("button", name="Stop").click()
    await expect(form.locator("[data-stop]")).to_be_hidden()
    assert seat.complaints == []


async def test_the_page_fits_a_small_screen(seat: Seat) -> None:
    await seat.page.set_viewport_size({"width": 360, "height": 740})
    await unfolded(seat, "post_messages")

    assert await seat.page.evaluate("document.documentElement.scrollWidth") <= 360
