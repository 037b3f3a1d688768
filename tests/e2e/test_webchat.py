"""The web chat in a real browser on a page of another origin, over the real daemon: said, answered, killed, resumed."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from channelhub.sdk.signed_identity import SignedIdentity, sign
from connectors.webchat.visitors import browser_of
from tests.daemon import CONFIG, Daemon, free_ports

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECRET = "an example secret of a site"
ACCOUNT = """
[accounts.site-chat]
kind = "webchat"
allowed_origins = ["{origin}"]
identity_secret = "{secret}"
title = "Лампи та світло"
"""
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>shop</title><button id="first">Купити</button>
<script src="{source}/embed.js" {more}></script>"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true", reason="Debian's chromium is not installed"
    ),
]


@dataclass
class Shop:
    """A site of another origin than the hub, its visitors' browser, and the agents' side of the hub."""

    daemon: Daemon
    browser: Browser
    http: aiohttp.ClientSession
    url: str
    complaints: list[str] = field(default_factory=list)
    visitors: list[BrowserContext] = field(default_factory=list)

    async def visitor(self, **how: Any) -> BrowserContext:
        """A browser that nobody used before."""
        context = await self.browser.new_context(**how)
        self.visitors.append(context)
        return context

    async def open(self, visitor: BrowserContext, **how: str) -> Page:
        page = await visitor.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self.url}/?{urlencode(how)}")
        return page

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        async with self.http.request(
            method, f"{self.daemon.url}/api/v1{path}", headers=self.daemon.authorization(), **more
        ) as answer:
            found = await answer.json(content_type=None)
            return found if answer.ok else {"failed": answer.status, "problem": found}

    async def until(self, identity: str, when: Callable[[list[Any]], bool]) -> Any:
        """The customer's card, as soon as its timeline is so."""
        async with asyncio.timeout(30):
            while True:
                card = await self.ask("GET", "/customers/lookup", params={"identity": identity})
                if "failed" not in card and when(card["timeline"]["items"]):
                    return card
                await asyncio.sleep(0.05)

    async def heard(self, place: str, *texts: str) -> str:
        """The conversation in which the visitor said exactly these, in order."""
        card = await self.until(f"webchat:{place}", lambda items: said(items) == list(texts))
        [conversation] = {one["conversation_id"] for one in card["timeline"]["items"] if one["type"] == "message"}
        return str(conversation)

    async def types(self, conversation: str, place: str) -> None:
        """An agent begins to write in the reply form of the card."""
        card = await self.ask("GET", "/customers/lookup", params={"identity": f"webchat:{place}"})
        link = (await self.ask("POST", "/signin-links", json={}))["url"]
        desk = await (await self.visitor(locale="en-GB")).new_page()
        await desk.goto(link)
        await desk.get_by_role("button", name="Sign in").click()
        await desk.goto(f"{self.daemon.url}/customers/{card['customer']['id']}?conversation={conversation}")
        await desk.locator("#reply textarea").press_sequentially("Вж")

    async def reply(self, conversation: str, text: str, **more: Any) -> None:
        answer = await self.ask("POST", f"/conversations/{conversation}/replies", json={"text": text, **more})
        assert "failed" not in answer, answer


def said(items: list[Any]) -> list[str]:
    """The customer's messages, the oldest first."""
    return [one["text"] for one in reversed(items) if one["type"] == "message" and one["direction"] == "in"]


def states(items: list[Any]) -> list[str]:
    """Of our messages, the oldest first."""
    return [one["state"] for one in reversed(items) if one["type"] == "message" and one["direction"] == "out"]


async def place_of(page: Page) -> str:
    """The conversation that a page shows, as the hub names it."""
    token = await page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith(' token'))[1]")
    return f"v.{browser_of(token, now=datetime.now(UTC), remember_days=1)}"


@asynccontextmanager
async def serve_shop(port: int, source: str) -> AsyncIterator[str]:
    async def draw(request: web.Request) -> web.Response:
        attributes = " ".join(f'data-{name}="{value}"' for name, value in request.query.items() if name != "lang")
        text = PAGE.format(lang=request.query.get("lang", "uk"), source=source, more=attributes)
        hub = source.rpartition("/chat")[0]
        policy = f"default-src 'none'; script-src {hub}; connect-src {hub} {hub.replace('http', 'ws')}"  # the README's
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", draw)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    [port] = free_ports(1)
    config = CONFIG + ACCOUNT.format(origin=f"http://127.0.0.1:{port}", secret=SECRET)
    daemon = Daemon(tmp_path, config=config)
    await daemon.start()
    try:
        async with (
            serve_shop(port, f"{daemon.url}/chat/site-chat") as url,
            async_playwright() as playwright,
            aiohttp.ClientSession() as http,
        ):
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            shop = Shop(daemon, browser, http, url)
            yield shop
            await browser.close()
            assert shop.complaints == []
    finally:
        daemon.end()


async def test_visitor_and_agent_talk_by_keyboard_on_two_pages_and_days_later(shop: Shop) -> None:
    visitor = await shop.visitor()
    page = await shop.open(visitor)
    await page.locator("#first").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Відкрити чат")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Ваше повідомлення")).to_be_focused()
    await page.keyboard.type("Де моє замовлення?")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Номер 20418")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log", name="Розмова")
    place = await place_of(page)
    conversation = await shop.heard(place, "Де моє замовлення?\nНомер 20418")

    await shop.types(conversation, place)
    await expect(page.get_by_text("Підтримка пише…")).to_be_visible()
    await shop.reply(conversation, "Вже їде: https://track.example/20418.")
    await expect(log.get_by_text("Вже їде")).to_be_visible()
    link = log.get_by_role("link", name="https://track.example/20418")
    await expect(link).to_have_attribute("href", "https://track.example/20418")
    await shop.until(f"webchat:{place}", lambda items: states(items) == ["read"])

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Відкрити чат")).to_be_focused()
    second = await shop.open(visitor, lang="en")
    await shop.reply(conversation, "Ще щось?")
    for opened, words in ((page, "непрочитані повідомлення: 1"), (second, "unread messages: 1")):
        await expect(opened.get_by_role("button", name=words)).to_be_visible()
    await second.get_by_role("button", name="unread").click()
    await expect(page.get_by_role("button", name="Відкрити чат", exact=True)).to_be_visible()  # read on the other page
    await second.get_by_role("textbox", name="Your message").fill("Ні, дякую")
    await second.get_by_role("button", name="Send").click()
    await page.get_by_role("button", name="Відкрити чат").click()
    await expect(log.get_by_role("listitem")).to_have_count(4)
    await shop.heard(place, "Де моє замовлення?\nНомер 20418", "Ні, дякую")

    await page.reload()
    await page.get_by_role("button", name="Відкрити чат").click()
    await expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(4)


@pytest.mark.parametrize("transport", ["", "poll"])
async def test_nothing_is_lost_or_doubled_when_the_daemon_is_killed(shop: Shop, transport: str) -> None:
    visitor = await shop.visitor()
    page = await shop.open(visitor, transport=transport, open="")
    field = page.get_by_role("textbox", name="Ваше повідомлення")
    await field.fill("перше")
    await field.press("Enter")
    items = page.get_by_role("log").get_by_role("listitem")
    await expect(items).to_have_count(1)
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
    place = await place_of(page)
    conversation = await shop.heard(place, "перше")

    shop.daemon.kill()
    await field.fill("друге")
    await field.press("Enter")
    await expect(page.get_by_text("Надсилаємо…")).to_be_visible()
    await shop.open(visitor, transport=transport, open="")  # a second page sends it, too
    await shop.daemon.start()
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0, timeout=30_000)
    await shop.heard(place, "перше", "друге")

    await visitor.set_offline(True)
    await shop.reply(conversation, "Поки вас не було")
    await field.fill("третє")
    await field.press("Enter")
    await visitor.set_offline(False)
    await expect(items.get_by_text("Поки вас не було")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0, timeout=30_000)
    await shop.heard(place, "перше", "друге", "третє")
    await expect(items).to_have_count(4)


async def test_signed_customer_has_one_conversation_on_every_browser(shop: Shop) -> None:
    token = sign(
        SignedIdentity(customer_id="crm-17", email="ann@example.com", name="Ганна", exp=int(time.time()) + 600), SECRET
    )
    first = await shop.open(await shop.visitor(), **{"identity-token": token, "open": ""})
    await first.get_by_role("textbox").fill("Це я")
    await first.get_by_role("textbox").press("Enter")
    card = await shop.until("external:crm-17", lambda items: said(items) == ["Це я"])
    verified = {(one["kind"], one["value"]) for one in card["identities"] if one["verified"]}
    assert {("webchat", "c.crm-17"), ("external", "crm-17"), ("email", "ann@example.com")} <= verified
    assert card["customer"]["name"] == "Ганна"

    second = await shop.open(await shop.visitor(), **{"identity-token": token, "open": ""})
    await expect(second.get_by_role("log").get_by_text("Це я")).to_be_visible()
    await second.evaluate("channelhubChat.identify('')")  # signs out
    await expect(second.get_by_role("log").get_by_text("Це я")).to_have_count(0)
    stranger = await shop.open(await shop.visitor(), **{"identity-token": token[:-3] + "AAA", "open": ""})
    await expect(stranger.get_by_text("Вітаємо!")).to_be_visible()
    await expect(stranger.get_by_role("log").get_by_role("listitem")).to_have_count(0)


async def test_files_go_both_ways(shop: Shop, tmp_path: Path) -> None:
    photo = tmp_path / "чек №1.jpg"
    photo.write_bytes(os.urandom(300_000))
    page = await shop.open(await shop.visitor(), open="")
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Додати файли").click()
    await (await choosing.value).set_files(photo)
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
    place = await place_of(page)
    conversation = await shop.heard(place, "")
    bill = {"filename": "накладна.pdf", "content_type": "application/pdf", "content": "JVBERi0x"}
    await shop.reply(conversation, "Ось накладна", attachments=[bill])
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="накладна.pdf").click()
    assert Path(await (await downloading.value).path()).read_bytes() == b"%PDF-1"
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="чек №1.jpg").click()
    assert Path(await (await downloading.value).path()).read_bytes() == photo.read_bytes()


async def test_no_other_site_may_open_the_chat(shop: Shop) -> None:
    [port] = free_ports(1)
    async with serve_shop(port, f"{shop.daemon.url}/chat/site-chat") as elsewhere:
        page = await (await shop.visitor()).new_page()
        await page.goto(f"{elsewhere}/?open=")
        await page.get_by_role("textbox").fill("Хтось")
        await page.get_by_role("textbox").press("Enter")
        await expect(page.get_by_text("Немає з’єднання.")).to_be_visible(timeout=20_000)

    assert (await shop.ask("GET", "/messages"))["items"] == []
