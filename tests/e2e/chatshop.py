"""A shop whose pages carry the chat: a site of another origin than the hub, real visitors' browsers, real agents."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

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
    """The conversation that a page shows, as the hub names it: once the hub has answered the page's first words."""
    kept = await page.wait_for_function(
        "() => Object.entries(localStorage).find(([name]) => name.endsWith(' token'))?.[1]",
        polling=50,
        timeout=120_000,
    )
    token = str(await kept.json_value())
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


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[Shop]:
    """The hub, the site and a browser, until the end of the block. No page may have failed meanwhile."""
    [port] = free_ports(1)
    config = CONFIG + ACCOUNT.format(origin=f"http://127.0.0.1:{port}", secret=SECRET)
    daemon = Daemon(folder, config=config)
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
