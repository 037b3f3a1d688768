"""What strangers wrote, on every page and in every field, in a real browser: it stays text, and nothing of it acts."""

import asyncio
import csv
import io
import os
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import routes
from tests.cli.executable import called
from tests.e2e.test_agent_page import CHROMIUM
from tests.hostile.payloads import DIRECT, FOREIGN, MARKUP, PAYLOADS, VECTORS, Payload
from tests.hostile.watched import EMPTY, Watched, watched
from tests.web.conftest import Hub, running
from tests.web.furnished import IN_A_PACK, NO_PAGE, Furnished, addresses, furnish
from tests.web.worked_on import tags_of, templates_of

in_the_hubs_loop = pytest.mark.asyncio(loop_scope="module")
pytestmark = pytest.mark.slow
TEXTS = [payload.text for payload in PAYLOADS]
PAGES = sorted({route.path for route in routes() if route.is_page and route.method == "GET"})
FRAMES = """
(documents) => Promise.all(documents.map((one) => new Promise((loaded) => {
  const frame = document.createElement("iframe");
  frame.onload = loaded;
  frame.srcdoc = one;
  document.body.append(frame);
})))
"""
ACTS_WHEN_TOUCHED = """
() => [...document.querySelectorAll("iframe")].flatMap((frame) => [...frame.contentDocument.querySelectorAll("*")])
  .filter((one) => [...one.attributes].some(({ name, value }) => /^on|^style$|^srcdoc$/.test(name)
    || ["javascript:", "data:", "vbscript:"].includes(URL.parse(value, "http://empty.invalid")?.protocol)))
  .map((one) => one.outerHTML.slice(0, 200))
"""
TOUCHES_ALL = """
() => [...document.querySelectorAll("iframe")].forEach((frame) => {
  const inside = frame.contentDocument;
  if (inside?.body) inside.body.innerHTML = inside.body.innerHTML;
  inside?.querySelectorAll("[autofocus]").forEach((one) => one.focus());
  const click = () => new MouseEvent("click", {bubbles: true, cancelable: true});
  inside?.querySelectorAll("a, button, [href]").forEach((one) => one.dispatchEvent(click()));
})
"""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PATIENCE_S = 30.0
#: Parameters of pages that take words. What is wrong with them is said on a page, too.
WORDS = ("/search?q=", "/outages?before=", "/signin/", "/problems/", "/status/", "/rate/")


@pytest.fixture(scope="module")
def chromium_is_there() -> None:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory, chromium_is_there: None) -> AsyncIterator[Hub]:
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), templates_of(packs_of(TEXTS))) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(hub: Hub) -> Furnished:
    return await furnish(hub, TEXTS)


def packs_of(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + IN_A_PACK] for start in range(0, len(texts), IN_A_PACK)]


def test_there_are_many_ways_and_many_writings() -> None:
    assert len(VECTORS) >= 30
    assert len({one.encoding for one in PAYLOADS}) >= 8
    assert len(set(TEXTS)) == len(PAYLOADS) >= 300


@in_the_hubs_loop
@pytest.mark.usefixtures("chromium_is_there")
async def test_each_way_acts_where_markup_is_taken_for_markup() -> None:
    """What stands for an attack must be one, or the tests below hold nothing."""
    live = [one for one in PAYLOADS if one.vector in MARKUP and one.encoding in DIRECT]
    async with watched(EMPTY) as browser:
        page = await browser.watch()
        await _framed(page, [one.text for one in live])
        await page.evaluate(TOUCHES_ALL)
        deadline = time.monotonic() + PATIENCE_S
        while (silent := _silent(live, browser)) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    assert not silent


def _silent(live: Iterable[Payload], browser: Watched) -> list[str]:
    """The ways of which no writing acted."""
    asked = {int(number) for url in browser.foreign for number in re.findall(rf"{FOREIGN}/(\d+)", url)}
    loud = {one.vector for one in live if one.number in browser.ran | asked}
    return sorted({one.vector for one in live} - loud)


async def _framed(page: Page, documents: list[str]) -> None:
    """Each as a document of its own, without any policy."""
    await page.goto(EMPTY)
    await page.evaluate(FRAMES, documents)


@in_the_hubs_loop
async def test_every_page_shows_what_strangers_wrote_and_nothing_of_it_acts(hub: Hub, made: Furnished) -> None:
    known = addresses(made)
    missing = [path for path in PAGES if "{" in path and path not in known | NO_PAGE]
    assert not missing, f"say in tests/web/furnished.py where these pages are: {missing}"
    shown: dict[str, set[str]] = defaultdict(set)
    strange = []
    async with watched(hub.url) as browser:
        page = await signed_in(browser, made)
        for template in PAGES:
            if template in NO_PAGE:
                continue
            for path in known.get(template, [template]):
                strange += [(path, one) for one in await browser.open(page, path)]
                shown[template] |= await texts_of(page)
                if template in ("/", "/latest"):
                    shown[template] |= await _older(browser, page, strange)

        assert not strange, strange[:10]
        assert not browser.acted()
    things = {"/customers/{id}", "/conversations/{id}", "/messages/{id}", "/outages/{id}", "/notices/{id}"}
    enough = things | {"/outages", "/parked", "/accounts"}
    assert {template: len(shown[template]) for template in enough if len(shown[template]) < 300} == {}


@in_the_hubs_loop
async def test_what_colleagues_filled_stands_there_as_text(hub: Hub, made: Furnished) -> None:
    """Tags, an assignee and views in the inbox; a draft, who writes one and templates where an answer is written."""
    packs = packs_of(TEXTS)
    async with watched(hub.url) as browser:
        page = await signed_in(browser, made)
        strange = await browser.open(page, "/")
        inbox = await page.evaluate("() => document.querySelector('main').textContent")
        views = await page.locator("#views a").all_text_contents()
        for path in (f"/conversations/{made.chats[0]}", f"/conversations/{made.chats[-1]}"):
            strange += await browser.open(page, path)
            begun = "".join([await _begun(page, one) for one in await page.locator("#template option").all()])
            writing = await page.locator("[data-writing]").text_content()

            assert [text for text, plain in PLAIN.items() if plain not in _plain(begun)] == []
            assert _plain(str(writing))

        assert not strange, strange[:10]
        assert not browser.acted()
    assert len(views) >= 40
    assert sum(_plain(tag) in _plain(inbox.lower()) for pack in packs for tag in tags_of(pack)) >= 100


async def _begun(page: Page, template: Locator) -> str:
    """The words of an answer that begins from a template, by our own script."""
    await page.locator("#text").fill("")
    await page.locator("#template").select_option(value=str(await template.get_attribute("value")))
    await page.locator("[data-begin]").click()
    return await page.locator("#text").input_value()


async def signed_in(browser: Watched, made: Furnished) -> Page:
    page = await browser.watch()
    path = next(path for path in made.links_of_customers if path.startswith("/signin/"))
    await page.goto(browser.own + path)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{browser.own}/")
    made.links_of_customers.remove(path)
    return page


async def texts_of(page: Page) -> set[str]:
    """The payloads that stand on a page as what they are."""
    whole = _plain(
        await page.evaluate(
            "() => document.title + document.body.textContent"
            " + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')"
        )
    )
    return {text for text, plain in PLAIN.items() if plain in whole}


def _plain(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\u200b\u202a-\u202e\u2066-\u2069\u061c]+", "", text)


PLAIN = {text: _plain(text) for text in TEXTS}


async def _older(browser: Watched, page: Page, strange: list[tuple[str, str]]) -> set[str]:
    """A list to its end."""
    shown: set[str] = set()
    while await (link := page.get_by_role("link", name="Older")).count():
        path = str(await link.first.get_attribute("href"))
        strange += [(path, one) for one in await browser.open(page, path)]
        shown |= await texts_of(page)
    return shown


@in_the_hubs_loop
async def test_an_address_that_holds_markup_is_answered_without_it(hub: Hub, made: Furnished) -> None:
    strange = []
    packs = packs_of(TEXTS)
    async with watched(hub.url) as browser:
        page = await signed_in(browser, made)
        for start in WORDS:
            for pack in packs[::4] if start == "/search?q=" else packs[::8]:
                path = start + quote("".join(pack)[:190], safe="")
                strange += [(path, one) for one in await browser.open(page, path)]

        assert not strange, strange[:10]
        assert not browser.acted()


@in_the_hubs_loop
async def test_a_mails_cleaned_markup_acts_nowhere_even_without_a_policy(hub: Hub, made: Furnished) -> None:
    cleaned = []
    for message_id in made.mails:
        async with hub.http.get(f"{hub.url}/api/v1/messages/{message_id}", headers=hub.admin()) as answer:
            cleaned.append((await answer.json())["html"] or "")
    async with watched(EMPTY) as browser:
        page = await browser.watch()
        await _framed(page, ["".join(pack) for pack in packs_of(cleaned)])
        await page.wait_for_load_state("networkidle")

        assert await page.evaluate(ACTS_WHEN_TOUCHED) == []
        assert (browser.ran, browser.dialogs, browser.left) == (set(), [], [])
    assert sum("before" in one for one in cleaned) == len(TEXTS)


@in_the_hubs_loop
async def test_a_mails_markup_in_its_frame_asks_nobody_and_moves_nothing(hub: Hub, made: Furnished) -> None:
    """In a frame without the page's `sandbox` and without the policy that the answer carries: cleaning alone holds."""
    bodies = []
    for path in addresses(made)["/messages/{id}/html"]:
        async with hub.http.get(hub.url + path, headers=hub.admin()) as answer:
            bodies.append((await answer.text()).partition("<body>")[2])
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "allow-scripts" not in answer.headers["Content-Security-Policy"]
    async with watched(EMPTY) as browser:
        page = await browser.watch()
        await _framed(page, ["".join(pack) for pack in packs_of(bodies)])
        await page.wait_for_load_state("networkidle")

        assert await page.evaluate(ACTS_WHEN_TOUCHED) == []
        assert not browser.acted()


@in_the_hubs_loop
async def test_a_mails_frame_on_its_page_stays_inert(hub: Hub, made: Furnished) -> None:
    async with watched(hub.url) as browser:
        page = await signed_in(browser, made)
        for message_id in made.mails[::50]:
            assert await browser.open(page, f"/messages/{message_id}") == []
            await page.locator("details#html > summary").click()
            await expect(page.frame_locator("iframe").get_by_text("before")).to_be_visible()

        assert not browser.acted()


@in_the_hubs_loop
async def test_no_list_as_a_table_holds_a_formula(hub: Hub, made: Furnished) -> None:
    lists = [route.path for route in routes() if route.is_list and "{" not in route.path]
    tables = {}
    for path in [*lists, f"/api/v1/customers/{made.customers[0]}/timeline"]:
        async with hub.http.get(hub.url + path, headers=hub.admin() | {"Accept": "text/csv"}) as answer:
            tables[path] = await answer.text()
        assert answer.status < 500, (path, tables[path])
        cells = [cell for row in csv.reader(io.StringIO(tables[path])) for cell in row]
        live = [cell for cell in cells if re.match(r"[=+@\t\r-](?![\d.]+$)", cell)]

        assert not live, (path, live[:3])
    assert sum(text.count("HYPERLINK") for text in tables.values()) > 0


@in_the_hubs_loop
async def test_no_command_lets_what_strangers_wrote_drive_the_terminal(hub: Hub, made: Furnished) -> None:
    config = hub.parts.state_dir / "channelhub.toml"
    config.write_text(
        f'[hub]\nstate_dir = "."\n[http]\nlisten = "127.0.0.1:{hub.server.port}"\n[accounts.shop]\nkind = "api"\n'
    )
    commands = (["search", "ran"], ["parked", "list"], ["outages", "list"], ["outages", "show", made.outages[-1]])
    cards = [["card", f"email:m{number}@mail.example"] for number in range(len(made.customers))]
    for words in (*commands, *cards):
        ran = called("--config", str(config), *words, folder=config.parent)
        odd = {
            one
            for one in ran.stdout + ran.stderr
            if one in TURNING or (unicodedata.category(one) == "Cc" and one != "\n")
        }

        assert ran.returncode == 0, ran.stderr
        assert not odd, (words, odd)
