"""A form of the shop's own in a real browser, over the real daemon: sent, followed, answered, and gone on by mail."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.cli.executable import channelhub
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.e2e.test_answering_elsewhere import MAIL, mail_of, post, until
from tests.e2e.test_mail_conversations import OURS, messages, send, shown, written

HANNA = "hanna@example.com"
FORM = """
[accounts.site-form]
kind = "webform"
answers_by = "mail"
languages = ["uk", "en"]
[accounts.site-form.forms.return]
title = { uk = "Повернення", en = "Return" }
[accounts.site-form.forms.return.fields]
email = { required = true }
reason = { type = "radio", label = "Причина", options = { size = "Розмір", broken = "Брак" }, required = true }
story = { type = "textarea", label = "Що сталося", required = true }
photo = { type = "file", label = "Фото", accept = ["image/*"] }
consent = { label = "Згода на обробку даних", required = true }
"""
pytestmark = pytest.mark.slow


@pytest.fixture
async def out() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as keeper:
        yield keeper


@pytest.fixture
async def daemon(tmp_path: Path, out: Keeper) -> AsyncIterator[Daemon]:
    sending = MAIL.replace("{port}", str(out.port)).replace("{ours}", OURS)
    daemon = Daemon(
        tmp_path, config=CONFIG.replace('kind = "smtp"\n', sending, 1) + FORM.replace("{", "{{").replace("}", "}}")
    )
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        await started.close()


async def fill(page: Page, daemon: Daemon, photo: Path, *, story: str) -> None:
    await page.goto(f"{daemon.url}/forms/site-form/return")
    await page.get_by_label("Електронна пошта").fill(HANNA)
    await page.get_by_label("Розмір").check()
    await page.get_by_label("Що сталося").fill(story)
    await page.get_by_label("Фото").set_input_files(photo)
    await page.get_by_label("Згода на обробку даних").check()
    await page.get_by_role("button", name="Надіслати").click()


async def incidents(daemon: Daemon) -> list[dict[str, Any]]:
    items = await shown(daemon, HANNA, lambda items: bool(messages(items)))
    return messages(items)


async def test_a_form_is_sent_without_javascript_and_followed_until_the_conversation_leaves_it(
    daemon: Daemon, out: Keeper, browser: Browser, tmp_path: Path
) -> None:
    photo = tmp_path / "фото.png"
    photo.write_bytes(b"\x89PNG\r\n")
    context = await browser.new_context(java_script_enabled=False, locale="uk-UA")
    page = await context.new_page()
    await fill(page, daemon, photo, story="Черевики малі")
    await page.wait_for_url("**/status/**")
    await expect(page.get_by_role("heading", name="Дякуємо")).to_be_visible()
    await expect(page.get_by_text("нове")).to_be_visible(timeout=20_000)  # the page asks again by itself
    address = page.url.partition("?")[0]
    first = (await incidents(daemon))[0]
    await post(daemon, f"/api/v1/conversations/{first['conversation_id']}/replies", {"text": "Надсилаємо етикетку"})
    await until(lambda: len(out.mails) == 1, "no answer")
    await shown(daemon, HANNA, lambda items: messages(items)[0]["state"] == "sent")
    await page.goto(address)
    await expect(page.get_by_text("Надсилаємо етикетку")).to_be_visible()
    by_mail = written("t1", HANNA, "Re: x", f"In-Reply-To: {mail_of(out, 0)['Message-ID']}")
    await send(daemon, by_mail, sender=HANNA)
    await shown(daemon, HANNA, lambda items: len(messages(items)) == 3)
    await post(daemon, f"/api/v1/conversations/{first['conversation_id']}/replies", {"text": "Ваша картка 4111"})
    await until(lambda: len(out.mails) == 2, "no second answer")
    await shown(daemon, HANNA, lambda items: messages(items)[0]["state"] == "sent")
    await page.goto(address)
    text = await page.inner_text("main")

    assert "Черевики малі" in text
    assert "Надсилаємо етикетку" in text
    assert "Ваша картка" not in text
    assert "триває електронною поштою" in text


async def test_a_second_press_shows_the_same_request_and_a_robot_is_marked_and_opens_none(
    daemon: Daemon, browser: Browser, tmp_path: Path
) -> None:
    photo = tmp_path / "a.png"
    photo.write_bytes(b"\x89PNG\r\n")
    page = await (await browser.new_context(locale="uk-UA")).new_page()
    await fill(page, daemon, photo, story="Черевики малі")
    await page.wait_for_url("**/status/**")
    first = page.url.partition("?")[0]
    robot = {
        "email": HANNA,
        "reason": "size",
        "story": "Buy pills",
        "consent": "yes",
        "website": "https://pills.example",
    }
    marked = await post(daemon, "/forms/site-form/return", robot)
    items = await shown(daemon, HANNA, lambda items: len(messages(items)) == 2)
    spam, good = messages(items)
    await expect(page.get_by_text("нове")).to_be_visible(timeout=20_000)
    cleared = [
        await asyncio.to_thread(
            channelhub, "not-spam", spam["id"], "--json", "-c", str(daemon.config_file), folder=daemon.folder
        )
        for _ in range(2)
    ]
    (after, _) = messages(await shown(daemon, HANNA, lambda items: messages(items)[0]["incident_id"] is not None))

    assert [json.loads(one.stdout)["incident_number"] for one in cleared] == [2, 2]
    assert (after["incident_id"], after["flags"]) == (spam["id"], ["not-spam"])
    assert "/status/" in first
    assert (good["text"], good["incident_id"] is not None) == ("Черевики малі", True)
    assert (spam["text"], spam["incident_id"], "spam" in spam["flags"]) == ("Buy pills", None, True)
    assert marked["status_url"].startswith(daemon.url)
