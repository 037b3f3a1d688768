"""A form of the account's own in Chromium: by keyboard, with faults, with files too large, and on another origin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from channelhub.settings.check import decode_custom
from connectors.webform.config import WebformConfig
from tests.connectors.webform.formsite import NOW, FormSite, form_site
from tests.connectors.webform.test_browser import CHROMIUM
from tests.connectors.webform.test_browser import pytestmark as needs_chromium

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]

FORM: dict[str, Any] = {
    "title": {"uk": "Повернення", "en": "Return"},
    "thanks": {"uk": "Чекайте листа."},
    "fields": {
        "email": {"required": True, "help": {"uk": "Сюди прийде етикетка."}},
        "reason": {
            "type": "select",
            "label": "Причина",
            "options": {"size": "Розмір", "broken": "Брак"},
            "required": True,
        },
        "pay": {"type": "radio", "label": "Гроші", "options": ["на картку", "готівкою"], "required": True},
        "more": {"type": "checkboxes", "label": "Ще", "options": ["обмін", "купон"]},
        "count": {"type": "number", "label": "Скільки", "min": 1, "max": 9},
        "bought": {"type": "date", "label": "Коли куплено"},
        "story": {"type": "textarea", "label": "Що сталося"},
        "photo": {"type": "file", "label": "Фото", "accept": ["image/*"]},
        "shop": {"type": "hidden", "value": "kyiv-1"},
        "consent": {"label": "Згода на обробку даних", "link": "https://shop.example/privacy", "required": True},
    },
}
#: Every control can be called by name, ids are unique, and what a control points at is there.
A11Y = """() => {
  const found = [];
  const ids = Array.from(document.querySelectorAll("[id]"), one => one.id);
  if (new Set(ids).size !== ids.length) found.push("an id twice");
  document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(one => {
    if (!one.closest("[aria-hidden]") && !(one.labels && one.labels.length)) found.push("no label: " + one.name);
  });
  document.querySelectorAll("[aria-describedby]").forEach(one => {
    one.getAttribute("aria-describedby").split(" ").forEach(id => {
      if (!document.getElementById(id)) found.push("points nowhere: " + id);
    });
  });
  document.querySelectorAll("fieldset").forEach(one => { if (!one.querySelector("legend")) found.push("no legend"); });
  if (!document.documentElement.lang) found.push("no language");
  if (document.querySelectorAll("h1").length > 1) found.push("two h1");
  return found;
}"""


def settings(**more: Any) -> WebformConfig:
    return msgspec.convert({"forms": {"return": FORM}, **more}, WebformConfig, dec_hook=decode_custom)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for the file: each test has a context of its own in it."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[FormSite]:
    async with form_site(settings(max_body_bytes=20_000)) as running:
        yield running


async def opened(browser: Browser, address: str, *, has_script: bool = True) -> tuple[Page, list[str]]:
    context = await browser.new_context(java_script_enabled=has_script, locale="uk-UA")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    return page, complaints


async def fill(page: Page) -> None:
    await page.get_by_label("Електронна пошта").fill("ann@example.com")
    await page.get_by_label("Причина").select_option("Брак")
    await page.get_by_label("готівкою").check()
    await page.get_by_label("обмін").check()
    await page.get_by_label("Скільки").fill("2")
    await page.get_by_label("Коли куплено").fill("2026-11-20")
    await page.get_by_label("Що сталося").fill("Розійшовся шов")
    await page.get_by_label("Згода на обробку даних").check()


SENT = {
    "form": "return",
    "reason": "broken",
    "pay": "готівкою",
    "more": "обмін",
    "count": "2",
    "bought": "2026-11-20",
    "shop": "kyiv-1",
    "consent": "Згода на обробку даних",
    "locale": "uk",
}


@pytest.mark.parametrize("has_script", [True, False])
async def test_every_kind_of_field_is_filled_in_and_arrives(site: FormSite, browser: Browser, has_script: bool) -> None:
    page, complaints = await opened(browser, f"{site.url}/return", has_script=has_script)
    await fill(page)
    site.now = NOW.replace(second=30)
    await page.get_by_role("button", name="Надіслати").click()
    await page.get_by_text("Чекайте листа.").wait_for()

    assert site.message.extra == SENT
    assert site.message.content.text == "Розійшовся шов"
    assert site.message.spam_reasons == (() if has_script else ("no-proof",))
    assert complaints == []


async def test_the_form_is_filled_in_and_sent_by_keyboard_alone(site: FormSite, browser: Browser) -> None:
    page, _ = await opened(browser, f"{site.url}/return")
    keys = page.keyboard
    await page.get_by_label("Електронна пошта").focus()
    await keys.type("ann@example.com")
    for key in ("Tab", "ArrowDown", "Tab", "Space", "Tab", "Space", "Tab", "Tab"):
        await keys.press(key)
    await keys.type("2")
    for key in ("Tab", "Tab", "Tab", "Tab"):  # the parts of a date
        await keys.press(key)
    while await page.evaluate("document.activeElement.name") != "consent":
        await keys.press("Tab")
    await keys.press("Space")
    focused = []
    while await page.evaluate("document.activeElement.type") != "submit":
        await keys.press("Tab")
        focused.append(await page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    await keys.press("Enter")
    await page.get_by_text("Чекайте листа.").wait_for()

    assert "website" not in focused
    assert site.message.extra["reason"] == "size"
    assert site.message.extra["pay"] == "на картку"


@pytest.mark.parametrize("has_script", [True, False])
async def test_faults_are_told_beside_the_fields_and_what_was_typed_stays(
    site: FormSite, browser: Browser, has_script: bool
) -> None:
    page, _ = await opened(browser, f"{site.url}/return", has_script=has_script)
    await fill(page)
    await page.get_by_label("Скільки").fill("багато")
    await page.get_by_role("button", name="Надіслати").click()
    await expect(page.get_by_role("alert")).to_contain_text("Скільки: це не число")
    await expect(page.get_by_role("alert")).to_be_focused()
    assert await page.get_by_role("link", name="English").count() == 0  # it would lose what was typed
    await page.get_by_role("alert").get_by_role("link", name="Скільки").click()

    assert page.url.endswith("#f-count")
    assert await page.get_by_label("Що сталося").input_value() == "Розійшовся шов"
    assert await page.get_by_label("Причина").input_value() == "broken"
    assert await page.get_by_label("готівкою").is_checked()
    assert await page.get_by_label("обмін").is_checked()
    assert await page.get_by_label("Згода").is_checked()
    assert await page.get_by_label("Скільки").get_attribute("aria-invalid") == "true"
    await page.get_by_label("Скільки").fill("2")
    await page.get_by_role("button", name="Надіслати").click()
    await page.get_by_text("Чекайте листа.").wait_for()
    assert site.message.extra == SENT


@pytest.mark.parametrize("has_script", [True, False])
async def test_files_too_large_cost_nobody_their_words(
    site: FormSite, browser: Browser, tmp_path: Path, has_script: bool
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"x" * 1_000_000)
    page, _ = await opened(browser, f"{site.url}/return", has_script=has_script)
    await fill(page)
    await page.get_by_label("Фото").set_input_files(photo)
    await page.get_by_role("button", name="Надіслати").click()
    await page.get_by_text("Файли або текст завеликі").wait_for()

    assert await page.get_by_label("Що сталося").input_value() == "Розійшовся шов"
    assert not site.stored


async def test_the_page_can_be_read_by_a_screen_reader_before_and_after_a_refusal(
    site: FormSite, browser: Browser
) -> None:
    page, _ = await opened(browser, f"{site.url}/return")
    before = await page.evaluate(A11Y)
    await fill(page)
    await page.get_by_label("Скільки").fill("багато")
    await page.get_by_role("button", name="Надіслати").click()
    await page.get_by_role("alert").wait_for()
    after = await page.evaluate(A11Y)

    assert (before, after) == ([], [])
    await expect(page.get_by_label("Скільки")).to_have_accessible_description("це не число")


@asynccontextmanager
async def shop(**more: Any) -> AsyncIterator[tuple[FormSite, str]]:
    """A site on another origin with the form's script in its page."""
    pages = [""]

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=pages[0], content_type="text/html")

    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        async with form_site(settings(allowed_origins=[origin], **more), is_public=False) as site:
            pages[0] = (
                "<!doctype html><html lang=uk><link rel=icon href=data:,><title>Shop</title><main>"
                f"<script src='{site.url}/return/embed.js' async></script></main>"
            )
            yield site, origin
    finally:
        await runner.cleanup()


async def test_on_another_origin_faults_are_told_beside_the_fields_and_the_request_can_be_followed(
    browser: Browser,
) -> None:
    async with shop() as (site, origin):
        site.has_status = True
        page, complaints = await opened(browser, origin)
        await fill(page)
        site.now = NOW.replace(second=30)
        reader = await page.evaluate(A11Y)
        await page.get_by_label("Скільки").fill("багато")
        await page.get_by_role("button", name="Надіслати").click()
        await expect(page.get_by_label("Скільки")).to_have_accessible_description("це не число")
        focused = await page.evaluate("document.activeElement.name")
        refused = [complaint for complaint in complaints if "422" not in complaint]
        await page.get_by_label("Скільки").fill("2")
        await page.get_by_role("button", name="Надіслати").click()
        await page.get_by_text("Чекайте листа.").wait_for()
        link = await page.get_by_role("link", name="Стежити за зверненням").get_attribute("href")

        assert (reader, refused, focused) == ([], [], "count")
        assert site.message.extra == {**SENT, "page_url": f"{origin}/"}
        assert site.message.spam_reasons == ()
        assert link == f"{site.site}/status/1-20261221"


async def test_on_another_origin_a_lost_answer_and_a_busy_hub_cost_nothing(browser: Browser, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"x" * 30_000)
    async with shop(max_body_bytes=20_000) as (site, origin):
        page, _ = await opened(browser, origin)
        await fill(page)
        await page.get_by_label("Фото").set_input_files(photo)
        await page.get_by_role("button", name="Надіслати").click()
        await page.get_by_text("Файли або текст завеликі").wait_for()
        await page.get_by_label("Фото").set_input_files([])

        async def lose(route: Any) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/forms/**", lose, times=1)
        await page.get_by_role("button", name="Надіслати").click()
        await page.get_by_text("Зараз не вдалося зберегти").wait_for()
        await page.get_by_role("button", name="Надіслати").click()
        await page.get_by_text("Це повідомлення ми вже отримали").wait_for()

        assert len(site.stored) == 1


#: What a captcha's script does in a page: it fills in its field in each element of its class, in a frame of its own.
WIDGET = """
document.querySelectorAll(".cf-turnstile").forEach(place => {
  const frame = document.createElement("iframe");
  frame.src = "https://challenges.cloudflare.com/frame";
  const answer = document.createElement("input");
  Object.assign(answer, {type: "hidden", name: "cf-turnstile-response", value: "right " + place.dataset.sitekey});
  place.append(frame, answer);
});
"""


async def with_widget(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """A page in which the captcha's own addresses are answered here."""

    async def answer(route: Route) -> None:
        is_script = route.request.url.partition("?")[0].endswith("/api.js")
        body, kind = (WIDGET, "text/javascript") if is_script else ("<p>frame</p>", "text/html")
        await route.fulfill(body=body, content_type=kind)

    context = await browser.new_context(locale="uk-UA")
    await context.route("https://challenges.cloudflare.com/**", answer)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(address)
    return page, complaints


@pytest.mark.parametrize("is_hosted", [True, False])
async def test_a_captchas_answer_goes_with_the_post(browser: Browser, is_hosted: bool) -> None:
    asked: list[str] = []

    async def verify(request: web.Request) -> web.Response:
        asked.append(str((await request.post())["response"]))
        return web.json_response({"success": True})

    app = web.Application()
    app.router.add_post("/siteverify", verify)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = "http://{}:{}/siteverify".format(*runner.addresses[0][:2])
    captcha = {"captcha": "turnstile", "captcha_site_key": "0x4A", "captcha_url": address}
    try:
        async with shop(**captcha, captcha_secret="a secret key") as (site, origin):
            page, complaints = await with_widget(browser, f"{site.url}/return" if is_hosted else origin)
            await page.locator("input[name=cf-turnstile-response]").wait_for(state="attached")
            await fill(page)
            site.now = NOW.replace(second=30)
            await page.get_by_role("button", name="Надіслати").click()
            await page.get_by_text("Чекайте листа.").wait_for()

            assert asked == ["right 0x4A"]
            assert site.message.spam_reasons == ()
            assert "cf-turnstile-response" not in site.message.extra
            assert [complaint for complaint in complaints if "favicon" not in complaint] == []
    finally:
        await runner.cleanup()
