"""Every page of the route table is looked at by axe (WCAG 2.0 to 2.2, A and AA): light at a desk, dark on a phone."""

import html
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from channelhub.rules import card_links
from channelhub.rules.card_links import CardLink
from channelhub.settings.models import HttpSettings, Settings
from channelhub.web.connection import Deadlines
from channelhub.web.pages import popup
from channelhub.web.routes.table import routes
from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.web.conftest import BOOK, Hub, running
from tests.web.furnished import NO_PAGE, Furnished, addresses, furnish
from tests.web.worked_on import templates_of

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
LOOKS: dict[str, dict[str, Any]] = {
    "light at a desk": {"color_scheme": "light", "viewport": {"width": 1280, "height": 860}, "locale": "en-GB"},
    "dark on a phone": {
        "color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "locale": "uk-UA", "has_touch": True,
    },
}  # fmt: skip
TEXTS = [
    "Не проходить оплата карткою", "Где мой заказ?", "The parcel never came", "w" * 300, "Дякую!", "Обіцяли у вівторок"
]  # fmt: skip
#: A page of another site, with a frame as narrow as a side panel.
PANEL = '<!doctype html><html lang="en"><title>CRM</title><iframe title="Card" width="320" height="700" src="{}">'
WIDE = """
() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
  && !one.closest(".scroll, pre, .visually-hidden, .skip")).map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crm() -> AsyncIterator[str]:
    """Another site: for a browser `localhost` and 127.0.0.1 are two."""

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=PANEL.format(html.escape(request.query["framed"])), content_type="text/html")

    site = web.Application()
    site.router.add_get("/", show)
    async with TestServer(site, host="127.0.0.1") as server:
        yield f"http://localhost:{server.port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory, crm: str) -> AsyncIterator[Hub]:
    framed = {"settings": lambda: Settings(http=HttpSettings(frame_ancestors=(crm,)))}
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), templates_of([TEXTS]) | framed) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(hub: Hub) -> Furnished:
    return await furnish(hub, TEXTS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        await started.close()


def every_address(made: Furnished) -> list[str]:
    """One of each page."""
    known = addresses(made)
    pages = sorted({route.path for route in routes() if route.is_page and route.method == "GET"} - set(NO_PAGE))
    missing = [path for path in pages if "{" in path and path not in known]
    assert not missing, f"say in tests/web/furnished.py where these pages are: {missing}"
    searched = ["/search?q=parcel"]
    return [*(known.get(path, [path])[0] for path in pages), *searched]


async def seated(context: BrowserContext, hub: Hub) -> Page:
    """A page of somebody who may see everything."""
    await context.set_extra_http_headers(hub.admin())
    return await context.new_page()


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_on_any_page(hub: Hub, made: Furnished, browser: Browser, look: str) -> None:
    context = await browser.new_context(**LOOKS[look])
    page = await seated(context, hub)
    found, wide = {}, {}
    for path in every_address(made):
        answer = await page.goto(hub.url + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if await page.locator("input.pick").count():
            await page.locator("input.pick").first.check()  # shows what can be done with it, on a phone as well
            await page.evaluate("scrollTo(0, 0)")  # nothing half below the head, which stays in sight
        results = await Axe().run(page, options=RULES)
        if results.violations_count:
            found[path] = results.generate_report()
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide[path] = await page.evaluate(WIDE)
    await context.close()

    assert not found, "\n".join(f"{path}: {report}" for path, report in found.items())
    assert not wide


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_in_a_card_that_another_site_frames(
    hub: Hub, made: Furnished, browser: Browser, crm: str, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popup, "CARD_WITHIN_S", 0.0)
    context = await browser.new_context(**LOOKS[look])
    page = await seated(context, hub)
    shown = {
        **{signed(one): 200 for one in made.addresses},
        signed("email:nobody@example.com"): 404,
        signed(made.addresses[0], until_s=1): 403,
        f"/card?identity={quote(made.addresses[0])}": 200,
        "/card?identity=email:nobody@example.com": 404,
    }
    found, wide = {}, []
    for path, status in shown.items():
        framed = hub.url + path
        async with page.expect_response(framed) as answer:
            await page.goto(f"{crm}/?{urlencode({'framed': framed})}", wait_until="load")
        frame = page.frames[1]
        await frame.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        results = await Axe().run(frame, options=RULES)
        if results.violations_count:
            found[framed] = results.generate_report()
        if await frame.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(framed)

        assert ((await answer.value).status, frame.url) == (status, framed)
        assert await frame.locator("h1").count() == 1
    await context.close()

    assert not found, "\n".join(f"{path}: {report}" for path, report in found.items())
    assert not wide


def signed(identity: str, *, until_s: int = 2**32 - 1) -> str:
    """The address of a card for whoever has it."""
    return card_links.path(CardLink(identity=identity, until_s=until_s), secret=BOOK.secret)
