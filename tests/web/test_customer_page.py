"""The rating page in a real browser: on a phone, by keyboard, without script."""

import os
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.web.conftest import Hub
from tests.web.test_ratings import asked, outage

pytestmark = pytest.mark.slow


async def test_a_customer_answers_on_a_phone_without_script(hub: Hub, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    put, path = await asked(hub)
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(
            locale="en-GB", viewport={"width": 320, "height": 640}, java_script_enabled=False
        )
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(f"{hub.url}{path}?score=4")
        await expect(page.get_by_role("radio", name="4")).to_be_checked()
        await page.screenshot(path=tmp_path / "asked.png")
        width = await page.locator("html").bounding_box()
        await page.get_by_role("radio", name="4").focus()
        await page.keyboard.press("ArrowRight")
        await page.get_by_label("Що ми могли б").fill("Швидше відповідати")
        await page.get_by_role("button", name="Надіслати").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Дякуємо")
        await expect(page.get_by_text("Ваша оцінка: 5 з 5.")).to_be_visible()
        await browser.close()

    assert complaints == []
    assert width is not None
    assert width["width"] <= 320
    assert (await outage(hub, put.subject_id))["ratings"]["mean"] == 5.0
