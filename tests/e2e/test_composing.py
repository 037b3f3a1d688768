"""Two agents' browsers: what one writes is kept, the other sees it at once; a mail's HTML stays in its frame."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from channelhub.app.reply_wording import reply_templates
from tests.connectors.telegram import vectors as v
from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.web.chats import get, receive_updates
from tests.web.conftest import Hub
from tests.web.conftest import deadlines as deadlines
from tests.web.conftest import hub as hub
from tests.web.mails import receive_mail
from tests.web.test_composing import agent
from tests.web.test_previews import letter
from tests.web.test_previews import mailbox as mailbox

pytestmark = pytest.mark.slow


@pytest.fixture
def settings() -> dict[str, object]:
    return {"reply_templates": reply_templates(own_folder="", config_file=None)}


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


async def page_of(browser: Browser, hub: Hub, name: str, path: str) -> Page:
    context = await browser.new_context(extra_http_headers=await agent(hub, name), locale="en")
    page = await context.new_page()
    await page.goto(hub.url + path)
    return page


async def test_what_one_agent_writes_is_kept_and_seen_by_the_other(hub: Hub) -> None:
    await receive_updates(hub, v.TEXT)
    card = await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331")
    path = f"/conversations/{card['timeline']['items'][0]['conversation_id']}"
    async with browsing() as browser:
        jan = await page_of(browser, hub, "jan", path)
        await expect(jan.locator("#live.on")).to_be_attached()
        kate = await page_of(browser, hub, "kate", path)
        async with kate.expect_response(re.compile("/draft$")):
            await kate.locator("#text").press_sequentially("Дивимось")
        await expect(jan.locator(".writing .badge")).to_contain_text("kate is writing an answer since")
        await kate.reload()
        await expect(kate.locator("#text")).to_have_value("Дивимось")
        await kate.locator("#template").select_option("solved")
        await kate.locator("[data-begin]").click()
        await expect(kate.locator("#text")).to_have_value(re.compile("Вітаємо"))
        await kate.locator("#text").fill("Уже працює")
        await kate.locator("#reply button.main").click()
        await expect(kate.locator("article.out")).to_contain_text("Уже працює")
        await expect(kate.locator("#text")).to_have_value("")
        await expect(jan.locator(".writing .badge")).to_have_count(0)
        await jan.locator("#text").fill("Дивимось")
        await jan.locator("#reply button.main").click()

        await expect(jan.get_by_role("alert")).to_contain_text("Somebody answered while you wrote")
        await expect(jan.locator("#text")).to_have_value("Дивимось")


async def test_a_mails_html_is_shown_in_its_frame_and_asks_nobody(hub: Hub) -> None:
    message_id = await receive_mail(hub, letter())
    asked: list[str] = []
    async with browsing() as browser:
        page = await page_of(browser, hub, "kate", f"/messages/{message_id}")
        page.on("request", lambda request: asked.append(request.url))
        await page.locator("#html summary").click()
        frame = page.frame_locator("iframe.mail")

        await expect(frame.locator("b")).to_have_text("оплата")
        await expect(frame.locator("img").first).to_have_attribute("src", re.compile("^data:image/png"))
        assert not [url for url in asked if "tracker" in url]
        assert await frame.locator("script").count() == 0
