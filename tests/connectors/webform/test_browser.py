"""The page and the script in a real browser: with and without JavaScript, on our site and on another."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, async_playwright

from connectors.webform.config import WebformConfig
from tests.connectors.webform.formsite import FormSite, form_site

PAGE = web.AppKey("page", list[str])
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true", reason="Debian's chromium is not installed"
    ),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.mark.parametrize("has_script", [True, False])
async def test_a_person_fills_the_hosted_page(
    site: FormSite, browser: Browser, tmp_path: Path, has_script: bool
) -> None:
    site.peer = "2001:db8::1"
    photo = tmp_path / "чек №1.jpg"
    photo.write_bytes(b"\xff\xd8")
    context = await browser.new_context(java_script_enabled=has_script, locale="ru-RU")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(site.url)
    site.now = site.now.replace(second=30)
    await page.get_by_label("Ваше имя").fill("Анна")
    await page.get_by_label("Электронная почта").fill("ann@example.com")
    await page.get_by_label("Сообщение").fill("Не приходит письмо\nс чеком")
    await page.get_by_label("Файлы").set_input_files(photo)
    await page.get_by_role("button", name="Отправить").click()
    await page.get_by_text("Спасибо").wait_for()

    message = site.message
    assert message.content.text == "Не приходит письмо\nс чеком"
    assert [(handle.kind, handle.value) for handle in message.sender.handles] == [("email", "ann@example.com")]
    assert [(file.filename, file.size) for file in message.content.attachments] == [("чек №1.jpg", 2)]
    assert message.spam_reasons == (() if has_script else ("no-proof",))
    assert message.spam_score < 0.5
    assert message.sender.origin == "2001:db8::/64"
    assert complaints == []  # the policy blocked nothing


async def test_the_script_draws_and_sends_the_form_on_another_site(browser: Browser) -> None:
    async def shop(request: web.Request) -> web.Response:
        return web.Response(text=request.app[PAGE][0], content_type="text/html")

    app = web.Application()
    app[PAGE] = [""]
    app.router.add_get("/", shop)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        async with form_site(WebformConfig(allowed_origins=(origin,)), is_public=False) as site:
            app[PAGE][0] = (
                f"<!doctype html><main><script src='{site.url}/embed.js' data-order-id='20418' async></script></main>"
            )
            page = await (await browser.new_context(locale="uk-UA")).new_page()
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            await page.goto(origin)
            await page.get_by_label("Повідомлення").fill("Де моє замовлення?")
            site.now = site.now.replace(second=30)
            await page.get_by_role("button", name="Надіслати").click()
            await page.get_by_text("Дякуємо").wait_for()

            assert site.message.content.text == "Де моє замовлення?"
            assert site.message.order_id == "20418"
            assert site.message.extra["page_url"] == f"{origin}/"
            assert site.message.spam_reasons == ()
            assert [
                complaint for complaint in complaints if "favicon" not in complaint and "404" not in complaint
            ] == []
    finally:
        await runner.cleanup()
