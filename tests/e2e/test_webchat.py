"""The web chat in a real browser on a page of another origin, over the real daemon: said, answered, resumed."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from channelhub.sdk.signed_identity import SignedIdentity, sign
from tests.e2e.chatshop import CHROMIUM, SECRET, Shop, open_shop, place_of, said, states

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true", reason="Debian's chromium is not installed"
    ),
]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as opened:
        yield opened


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


async def test_who_is_not_answered_leaves_an_address_that_is_only_claimed(shop: Shop) -> None:
    visitor = await shop.visitor()

    async def soon(route: Route) -> None:
        """The chat asks after a second instead of two minutes."""
        answer = await route.fetch()
        text = (await answer.text()).replace('"ask_after_s":120', '"ask_after_s":1')
        await route.fulfill(response=answer, body=text)

    await visitor.route("**/embed.js", soon)
    page = await shop.open(visitor, open="", lang="ru")
    await page.get_by_role("textbox", name="Ваше сообщение").fill("Есть кто?")
    await page.keyboard.press("Enter")
    address = page.get_by_role("textbox", name="Ваша электронная почта")
    await address.fill("ann")
    await address.press("Enter")
    await expect(page.get_by_text("Проверьте, пожалуйста, адрес.")).to_be_visible()
    await address.fill("ann@example.com")
    await address.press("Enter")
    await expect(page.get_by_text("Спасибо!")).to_be_visible()
    await expect(address).to_be_hidden()

    card = await shop.until(
        f"webchat:{await place_of(page)}", lambda items: any(one["type"] == "contact" for one in items)
    )
    assert [one["kind"] for one in card["identities"]] == ["webchat"]
    assert "ann@example.com" in str(card["suggestions"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_has_a_name_and_can_be_told_from_its_ground(shop: Shop, scheme: str) -> None:
    visitor = await shop.visitor(color_scheme=scheme, viewport={"width": 360, "height": 640})
    page = await shop.open(visitor, open="")
    await page.get_by_role("textbox").fill("x" * 500)
    await page.get_by_role("textbox").press("Enter")
    place = await place_of(page)
    await shop.reply(await shop.heard(place, "x" * 500), "https://shop.example/lamps")
    await expect(page.get_by_role("link", name="https://shop.example/lamps")).to_be_visible()

    snapshot = await page.locator(".channelhub-chat").aria_snapshot()
    for line in (
        'dialog "Лампи та світло"',
        'heading "Лампи та світло" [level=2]',
        'button "Закрити чат"',
        'log "Розмова"',
        'textbox "Ваше повідомлення"',
        'button "Додати файли"',
        'button "Надіслати"',
    ):
        assert line in snapshot
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.evaluate(FAINT) == []


#: Texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3), and controls below 24 by 24 (2.5.8).
FAINT = """() => {
  const root = document.querySelector(".channelhub-chat").shadowRoot;
  const channels = (color) => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (color) => {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = channels(color).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    if (!element.checkVisibility()) continue;
    const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (isText && contrast < 4.5) found.push(`${element.tagName} ${contrast.toFixed(2)}`);
    const box = element.getBoundingClientRect();
    if (element.tagName === "BUTTON" && (box.width < 24 || box.height < 24)) found.push(`${element.tagName} is small`);
  }
  return found;
}"""
