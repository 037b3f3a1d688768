"""The real daemon behind a real nginx with the configuration that the documentation gives: chat, forms, limits."""

import asyncio
import io
import os
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.connectors.email.certificates import make_certificate
from tests.daemon import CONFIG, Daemon, free_ports
from tests.e2e.chatshop import ACCOUNT, CHROMIUM, SECRET, Shop, place_of, serve_shop, states
from tests.servers.nginx import Nginx, needs_nginx, nginx

pytestmark = [
    needs_nginx,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true", reason="Debian's chromium is not installed"
    ),
]
JSON = {"Content-Type": "application/json"}
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
UPGRADE = re.compile(r"^ *proxy_set_header (Upgrade|Connection) .*$", re.MULTILINE)
FORM = """
[accounts.site-form]
kind = "webform"
allowed_origins = ["{origin}"]
max_body_bytes = 1048576
rate_per_minute = 4
"""
FORWARDED = """trusted_proxies = ["127.0.0.1"]
max_connections"""


@dataclass
class Site:
    """The hub behind nginx, and the shop whose pages use it. `url` is the hub as browsers see it."""

    shop: Shop
    proxy: Nginx
    url: str
    origin: str

    @asynccontextmanager
    async def client(self, address: str = "127.0.0.1") -> AsyncIterator[aiohttp.ClientSession]:
        """A program at another address of this machine."""
        connector = aiohttp.TCPConnector(ssl=_trusting(), local_addr=(address, 0))
        async with aiohttp.ClientSession(self.url, connector=connector, headers={"Origin": self.origin}) as made:
            yield made


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def documented(hub: str, port: int, certificate: Path, key: Path) -> str:
    """The page's configuration: only the addresses and the certificate are others."""
    [text] = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for ours, theirs in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/hub.pem", str(certificate)),
        ("/etc/ssl/hub.key", str(key)),
        ("http://127.0.0.1:8080", hub),
    ):
        assert text.count(ours) == 1, ours
        text = text.replace(ours, theirs)
    return str(text)


@asynccontextmanager
async def opened(folder: Path, *, without_upgrade: bool = False) -> AsyncIterator[Site]:
    port, site_port = free_ports(2)
    origin, url = f"http://127.0.0.1:{site_port}", f"https://127.0.0.1:{port}"
    config = CONFIG.replace('public_url = "http://127.0.0.1:{http}"', f'public_url = "{url}"')
    config = config.replace("max_connections", FORWARDED, 1)
    daemon = Daemon(folder, config=config + ACCOUNT.format(origin=origin, secret=SECRET) + FORM.format(origin=origin))
    servers = documented(daemon.url, port, *make_certificate(folder))
    if without_upgrade:
        servers, count = UPGRADE.subn("", servers)
        assert count == 2
    await daemon.start()
    try:
        async with (
            nginx(folder / "nginx", servers, port=port) as proxy,
            serve_shop(site_port, f"{url}/chat/site-chat") as shop_url,
            async_playwright() as playwright,
            aiohttp.ClientSession() as http,
        ):
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            shop = Shop(daemon, browser, http, shop_url)
            yield Site(shop, proxy, url, origin)
            await browser.close()
            assert shop.complaints == []
    finally:
        daemon.end()


async def talk(site: Site) -> Page:
    """A visitor says something and is answered."""
    page = await site.shop.open(await site.shop.visitor(ignore_https_errors=True), open="", lang="en")
    await page.get_by_role("textbox", name="Your message").fill("Where is my order?")
    await page.keyboard.press("Enter")
    async with asyncio.timeout(30):
        while not await page.evaluate("Object.keys(localStorage).some((name) => name.endsWith(' token'))"):
            await asyncio.sleep(0.05)
    place = await place_of(page)
    await site.shop.reply(await site.shop.heard(place, "Where is my order?"), "On its way")
    await expect(page.get_by_role("log").get_by_text("On its way")).to_be_visible(timeout=30_000)
    await site.shop.until(f"webchat:{place}", lambda items: states(items) == ["read"])
    return page


async def test_the_chat_talks_by_websocket_and_hears_of_files_that_are_too_large(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as site:
        page = await talk(site)
        large = io.BytesIO(b"x" * (16 * 2**20))
        async with site.client() as client, client.post("/chat/site-chat", data=large, headers=JSON) as refused:
            read_by = refused.headers.get("Access-Control-Allow-Origin")
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Attach files").click()
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(os.urandom(2 * 2**20))
        await (await chooser.value).set_files(photo)
        await page.get_by_role("button", name="Send").click()
        place = await place_of(page)
        card = await site.shop.until(f"webchat:{place}", lambda items: bool(items[0].get("attachments")))

    assert any(line.startswith("101 GET /chat/site-chat ") for line in site.proxy.requests)
    assert (refused.status, read_by) == (413, site.origin)
    assert card["timeline"]["items"][0]["attachments"] == 1


async def test_without_the_upgrade_the_chat_asks_by_posts(tmp_path: Path) -> None:
    async with opened(tmp_path, without_upgrade=True) as site:
        await talk(site)

    assert not [line for line in site.proxy.requests if line.startswith("101 ")]
    assert [line for line in site.proxy.requests if line.startswith("200 POST /chat/site-chat ")]


async def test_limits_count_visitors_by_the_address_that_nginx_saw_and_a_forms_limit_is_told(tmp_path: Path) -> None:
    form = {"email": "ann@example.com", "message": "The lamp is broken", "submission_id": ""}

    async def posted(client: aiohttp.ClientSession, number: int, *, size: int = 0) -> tuple[int, str]:
        told = {"X-Forwarded-For": f"203.0.113.{number}", "Accept": "application/json"}
        fields = form | {"submission_id": f"s{number}", "message": "x" * size or form["message"]}
        told["Content-Type"] = "application/x-www-form-urlencoded"
        data = io.BytesIO(urlencode(fields).encode())
        async with client.post("/forms/site-form", data=data, headers=told) as answer:
            return answer.status, answer.headers.get("Access-Control-Allow-Origin", "")

    async with opened(tmp_path) as site, site.client("127.0.7.1") as ann, site.client("127.0.8.1") as ben:
        large = await posted(ben, 9, size=8 * 2**20)
        of_ann = [(await posted(ann, number))[0] for number in range(5)]
        of_ben = await posted(ben, 6)

    assert large == (413, site.origin)
    assert of_ann == [202, 202, 202, 202, 429]
    assert of_ben == (202, site.origin)
