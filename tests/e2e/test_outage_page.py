"""An outage's page in a real browser, over the real daemon with the demo's morning in it."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.cli.executable import channelhub
from tests.e2e.test_agent_page import Seat, browser, seat, sender

__all__ = ["browser", "seat"]
pytestmark = pytest.mark.slow


async def test_the_page_explains_the_outage_lives_and_takes_a_decision(seat: Seat) -> None:
    page = seat.page
    folder = seat.daemon.folder
    done = await asyncio.to_thread(
        channelhub, "demo", "-c", "channelhub.toml", "--json", "--seconds", "5", folder=folder
    )
    assert done.returncode == 0, done.stderr
    await page.goto(f"{seat.daemon.url}/outages")
    await page.locator("a.row").first.click()

    await expect(page.get_by_role("heading", name="In customers’ own words")).to_be_visible()
    await expect(page.locator("section", has_text="What the affected have in common").first).to_contain_text(
        "Apple Pay"
    )
    await expect(page.get_by_role("img", name="Reports over time")).to_be_visible()
    await expect(page.locator("#outage")).to_contain_text("like the average report")
    assert await page.locator("blockquote").count() >= 3

    await page.get_by_text("As a table").click()
    await page.evaluate("document.activeElement.blur()")  # what is in use is left alone
    before = int(await page.locator(".figures .big").first.inner_text())
    await seat.post(
        "late",
        "Card payment error, my card is declined at checkout, payment fails",
        sender=sender("Eve", "e@example.com"),
    )
    await expect(page.locator(".figures .big").first).to_have_text(str(before + 1), timeout=15_000)
    await expect(page.locator("#chart-table table")).to_be_visible()

    await page.get_by_role("button", name="Confirm").click()
    await expect(page.locator("section", has_text="What was decided")).to_contain_text("Confirmed")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.reload()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (seat.complaints, seat.dialogs, seat.foreign) == ([], [], [])
