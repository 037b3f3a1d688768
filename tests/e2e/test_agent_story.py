"""One agent at work, in a browser over the real daemon: finds a customer by a part of a phone, reads five channels,
accepts a suggestion, takes it back, answers where the customer wrote, and sees the customer's answer arrive.

With `STORY=folder` the recording stays there (`playwright show-trace trace.zip` plays it, picture by picture), and the
pictures of the documentation are taken anew into `docs/pictures`: `make story`.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from channelhub.web.pages.texts import TEXTS
from tests.connectors.webchat.chatsite import SITE
from tests.daemon import CONFIG, Daemon
from tests.e2e.test_agent_page import browser, sit_down
from tests.e2e.test_one_customer import ACCOUNTS, APP_SECRET, SITE_SECRET, WORDS, Customer
from tests.servers import vk as vk_server
from tests.servers.graph import NUMBER_ID, GraphServer
from tests.servers.telegram import TOKEN as BOT_TOKEN
from tests.servers.telegram import BotServer
from tests.servers.vk import VkServer

pytestmark = pytest.mark.slow
__all__ = ["browser"]  # a fixture
T = TEXTS["en"]
KEPT = os.environ.get("STORY", "")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
FORM = """
[accounts.site-form]
kind = "webform"
"""
BY_FORM = "Через форму: де моє замовлення?"
ANSWER = "Доброго дня, Олено! Кур'єр привезе його сьогодні."
THANKS = "Чудово, дякую!"


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    if KEPT:
        await made.tracing.start(screenshots=True, snapshots=True)
    yield made
    if KEPT:
        await made.tracing.stop(path=Path(KEPT) / "trace.zip")
    await made.close()


async def pictured(page: Page, name: str) -> None:
    if KEPT:
        PICTURES.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURES / f"{name}.png")


async def test_an_agent_finds_joins_parts_answers_and_is_answered(context: BrowserContext, tmp_path: Path) -> None:
    async with BotServer() as bot, GraphServer() as graph, VkServer() as community, aiohttp.ClientSession() as http:
        accounts = ACCOUNTS.format(
            bot_token=BOT_TOKEN, bot=bot.url, number=NUMBER_ID, app_secret=APP_SECRET, graph=graph.url,
            group=vk_server.GROUP, vk_token=vk_server.TOKEN, vk=community.url, site=SITE, site_secret=SITE_SECRET,
        )  # fmt: skip
        daemon = Daemon(tmp_path, config=CONFIG + accounts + FORM)
        await daemon.start()
        try:
            olena = Customer(daemon, http, bot, community)
            for write in (olena.by_mail, olena.by_telegram, olena.by_whatsapp, olena.by_chat):
                await write()
            await by_form(olena)
            seat = await sit_down(daemon, context, http)
            await at_work(seat.page, bot)
            assert (seat.complaints, seat.dialogs, seat.foreign) == ([], [], [])
        finally:
            daemon.end()


async def by_form(olena: Customer) -> None:
    """She writes from another address and types the phone that Telegram vouched for."""
    form = {"name": "Олена", "email": "olena.home@example.com", "phone": "050 123 45 67", "message": BY_FORM}
    async with olena.http.post(f"{olena.daemon.url}/forms/site-form", json=form) as answer:
        assert answer.status < 300
    await olena.card("email:olena.home@example.com", lambda one: one["suggestions"])


async def at_work(page: Page, bot: BotServer) -> None:
    await pictured(page, "inbox")
    await finds(page, "050 123")
    await reads(page, WORDS[0], WORDS[1], WORDS[2], WORDS[4])
    await expect(page.get_by_text(BY_FORM)).to_have_count(0)

    await accepts(page)
    await reads(page, WORDS[0], WORDS[1], WORDS[2], WORDS[4], BY_FORM)
    for channel in ("email", "telegram", "whatsapp", "chat", "form"):
        await expect(page.locator("#timeline").get_by_text(channel, exact=True).first).to_be_visible()
    await pictured(page, "card")

    await takes_back(page)
    await expect(page.get_by_text(BY_FORM)).to_have_count(0)
    await expect(suggestion(page)).to_be_visible()

    await answers_in_telegram(page, bot)
    bot.say(THANKS)
    await expect(page.locator("#timeline").get_by_text(THANKS)).to_be_visible()  # nobody loaded the page anew
    card = page.url.partition("?")[0]
    entry = page.get_by_role("article").filter(has_text=THANKS)
    await entry.get_by_role("link", name=T["conversation"], exact=True).click()
    await expect(page.get_by_role("textbox", name="bot")).to_be_visible()
    await pictured(page, "conversation")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(card)
    await pictured(page, "card-phone")


async def finds(page: Page, part: str) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type(part)
    await page.keyboard.press("Enter")
    await page.get_by_role("main").get_by_role("link", name="+380501234567").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ол")


async def reads(page: Page, *said: str) -> None:
    for words in said:
        await expect(page.locator("#timeline").get_by_text(words, exact=True)).to_be_visible()


def suggestion(page: Page) -> object:
    return page.get_by_role("region", name=T["suggestions"]).get_by_text("olena.home@example.com")


async def accepts(page: Page) -> None:
    region = page.get_by_role("region", name=T["suggestions"])
    await expect(region).to_contain_text("olena.home@example.com")
    await region.get_by_role("button", name=T["accept"]).first.click()


async def takes_back(page: Page) -> None:
    """Take the accepted link apart, which opens the suggestion again."""
    links = page.get_by_role("region", name=T["links"], exact=True)
    row = links.get_by_role("listitem").filter(has_text="olena.home@example.com")
    await row.get_by_role("button", name=T["unlink"]).click()


async def answers_in_telegram(page: Page, bot: BotServer) -> None:
    entry = page.get_by_role("article").filter(has_text=WORDS[1])
    await entry.get_by_role("link", name=T["reply"], exact=True).click()
    box = page.get_by_role("textbox", name="bot")
    await box.fill(ANSWER)
    await page.get_by_role("button", name=T["send"], exact=True).click()
    await expect(page.locator("#timeline").get_by_text(ANSWER)).to_be_visible()
    await expect(page.get_by_role("article").filter(has_text=ANSWER)).to_contain_text(T["state_sent"])
    assert [sent.text for sent in bot.sent] == [ANSWER]
