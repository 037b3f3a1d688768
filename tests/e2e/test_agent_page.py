"""The agent page in a real browser, over the real daemon: read, live, search, decide, and hostile text stays text."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.daemon import Daemon

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONFIG = """
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{http}"
public_url = "http://127.0.0.1:{http}"
[replies]
acknowledge = false
[accounts.mail]
kind = "smtp"
listen = "127.0.0.1:{smtp}"
[accounts.shop]
kind = "api"
[accounts.site-form]
kind = "webform"
"""
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>click</a>",
    "\"'--></style></title></textarea><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "{{constructor.constructor('alert(1)')()}}",
]
pytestmark = pytest.mark.slow


@dataclass
class Seat:
    """A signed-in agent, and whatever their browser complained about."""

    daemon: Daemon
    page: Page
    http: aiohttp.ClientSession
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    async def post(self, external_id: str, text: str, **more: Any) -> str:
        body = {"account": "shop", "external_id": external_id, "text": text} | more
        async with self.http.post(
            f"{self.daemon.url}/api/v1/messages", json=body, headers=self.daemon.authorization()
        ) as answer:
            accepted = await answer.json()
        assert answer.status == 202, accepted
        return str(accepted["id"])


def sender(name: str, email: str) -> dict[str, Any]:
    return {"name": name, "identities": [{"kind": "email", "value": email}]}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        await started.close()


@pytest.fixture
async def seat(tmp_path: Path, browser: Browser) -> AsyncIterator[Seat]:
    daemon = Daemon(tmp_path, config=CONFIG)
    try:
        await daemon.start()
        async with aiohttp.ClientSession() as http:
            context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
            yield await sit_down(daemon, context, http)
            await context.close()
        assert daemon.stop() == 0
    finally:
        daemon.end()


async def sit_down(daemon: Daemon, context: BrowserContext, http: aiohttp.ClientSession) -> Seat:
    """Sign in with a link, as a person does."""
    async with http.post(f"{daemon.url}/api/v1/signin-links", json={}, headers=daemon.authorization()) as answer:
        link = (await answer.json())["url"]
    page = await context.new_page()
    seat = Seat(daemon, page, http)

    async def dismiss(dialog: Any) -> None:
        seat.dialogs.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("console", lambda said: said.type == "error" and seat.complaints.append(said.text))
    page.on("pageerror", lambda error: seat.complaints.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(daemon.url) or seat.foreign.append(asked.url))
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("To do")
    return seat


async def test_a_message_appears_by_itself_and_leads_to_its_customers_card(seat: Seat) -> None:
    page = seat.page
    await expect(page.locator("#live.on")).to_be_visible()
    await seat.post("m-1", "Де моє замовлення?", sender=sender("Олена Коваль", "olena@example.com"), subject="№ 1041")
    await expect(page.get_by_text("Де моє замовлення?")).to_be_visible()
    await page.get_by_text("Де моє замовлення?").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Олена Коваль")
    await seat.post("m-2", "Уже приїхало, дякую", sender=sender("Олена Коваль", "olena@example.com"))
    await expect(page.get_by_text("Уже приїхало, дякую")).to_be_visible()

    assert await page.locator("article.entry").count() == 2
    assert (seat.complaints, seat.dialogs, seat.foreign) == ([], [], [])


async def test_the_keyboard_reaches_the_search_and_an_address_finds_its_customer(seat: Seat) -> None:
    page = seat.page
    await seat.post("m-1", "Where is my parcel?", sender=sender("Ann Smith", "ann@example.com"))
    await expect(page.get_by_text("Where is my parcel?")).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("ann@example.com")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Ann Smith").first.click()

    await expect(page.locator("article.entry .words")).to_have_text("Where is my parcel?")


async def test_an_incidents_state_is_changed_and_shown(seat: Seat) -> None:
    page = seat.page
    await seat.post("m-1", "Where is my parcel?", sender=sender("Ann Smith", "ann@example.com"))
    await page.get_by_text("Where is my parcel?").click()
    await page.get_by_label("State").select_option("in_progress")
    await seat.post("m-2", "Still nothing", sender=sender("Ann Smith", "ann@example.com"))
    await expect(page.get_by_text("Still nothing")).to_be_visible()  # the page was refreshed, the choice stands
    await page.get_by_role("button", name="Change").click()

    await expect(page.locator("#aside .badge", has_text="in progress")).to_be_visible()
    await expect(page.locator(".entry.note")).to_contain_text("in_progress")


async def test_hostile_text_runs_nothing_anywhere(seat: Seat) -> None:
    page = seat.page
    for number, text in enumerate(HOSTILE):
        await seat.post(
            f"x-{number}",
            text,
            subject=text,
            sender={"name": text, "identities": [{"kind": "external", "value": text}]},
            attachments=[{"filename": text, "content": "YQ=="}],
        )
    await page.goto(f"{seat.daemon.url}/latest")
    await expect(page.locator("#latest li")).to_have_count(len(HOSTILE))
    links = [await link.get_attribute("href") for link in await page.locator("#latest a").all()]
    for link in links:
        await page.goto(f"{seat.daemon.url}{link}")
        await page.get_by_role("link", name="Whole message").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.goto(f"{seat.daemon.url}/search?q=alert")

    assert (seat.dialogs, seat.complaints, seat.foreign) == ([], [], [])


async def test_the_page_reads_without_scripts_in_the_readers_language(seat: Seat, browser: Browser) -> None:
    await seat.post("m-1", "Где мой заказ?", sender=sender("Иван", "ivan@example.com"))
    await expect(seat.page.get_by_text("Где мой заказ?")).to_be_visible()
    cookies = await seat.page.context.cookies()
    plain = await browser.new_context(java_script_enabled=False, locale="ru-RU")
    await plain.add_cookies(cookies)
    page = await plain.new_page()
    await page.goto(seat.daemon.url)

    await expect(page.get_by_role("heading", level=1)).to_have_text("В работе")
    await expect(page.get_by_text("Где мой заказ?")).to_be_visible()
    await plain.close()


async def test_nothing_is_wider_than_a_small_screen(seat: Seat) -> None:
    page = seat.page
    await seat.post("m-1", "w" * 900, sender=sender("Long " * 30, "a" * 60 + "@example.com"), subject="s" * 300)
    await expect(page.locator("#incident-list li")).to_have_count(1)
    await page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/latest", "/outages", "/accounts", "/parked", "/api/docs"):
        await page.goto(f"{seat.daemon.url}{path}")
        width = await page.evaluate("document.documentElement.scrollWidth")

        assert width <= 360, path
