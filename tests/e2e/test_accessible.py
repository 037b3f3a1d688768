"""Every page of the route table is looked at by axe (WCAG 2.0 to 2.2, A and AA): light at a desk, dark on a phone."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import routes
from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.web.conftest import Hub, running
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
WIDE = """
() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
  && !one.closest(".scroll, pre, .visually-hidden, .skip")).map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), templates_of([TEXTS])) as made:
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
