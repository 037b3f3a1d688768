"""The web chat keeps what was said: the hub killed, the browser offline, pages at once, files; other sites kept out."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.daemon import Daemon, free_ports
from tests.e2e.chatshop import CHROMIUM, Shop, open_shop, place_of, said, serve_shop

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


@contextmanager
def without_parsers(daemon: Daemon) -> Iterator[None]:
    """Whatever comes meanwhile is kept, and read afterwards."""
    stopped = daemon.parsers()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("transport", ["", "poll"])
async def test_nothing_is_lost_or_doubled_when_the_daemon_is_killed(shop: Shop, transport: str) -> None:
    visitor = await shop.visitor()
    page = await shop.open(visitor, transport=transport, open="")
    field = page.get_by_role("textbox", name="Ваше повідомлення")
    await field.fill("перше")
    await field.press("Enter")
    items = page.get_by_role("log").get_by_role("listitem")
    await expect(items).to_have_count(1)
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
    place = await place_of(page)
    conversation = await shop.heard(place, "перше")

    shop.daemon.kill()
    await field.fill("друге")
    await field.press("Enter")
    await expect(page.get_by_text("Надсилаємо…")).to_be_visible()
    await shop.open(visitor, transport=transport, open="")  # a second page sends it, too
    await shop.daemon.start()
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0, timeout=30_000)
    await shop.heard(place, "перше", "друге")

    await visitor.set_offline(True)
    await shop.reply(conversation, "Поки вас не було")
    await field.fill("третє")
    await field.press("Enter")
    await visitor.set_offline(False)
    await expect(items.get_by_text("Поки вас не було")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0, timeout=30_000)
    await shop.heard(place, "перше", "друге", "третє")
    await expect(items).to_have_count(4)


async def test_pages_opened_at_once_share_a_conversation_and_show_what_is_not_processed_yet(shop: Shop) -> None:
    visitor = await shop.visitor()
    pages = await asyncio.gather(*(shop.open(visitor, open="") for _ in range(3)))
    for number, page in enumerate(pages):
        await page.get_by_role("textbox").fill(f"сторінка {number}")
        await page.get_by_role("textbox").press("Enter")
    for page in pages:
        await expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(3)
        await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
    places = {await place_of(page) for page in pages}
    os.kill(shop.daemon.pid, signal.SIGSTOP)  # the hub answers nothing just now
    reloaded = await shop.open(visitor, open="")
    os.kill(shop.daemon.pid, signal.SIGCONT)
    await expect(reloaded.get_by_role("log").get_by_role("listitem")).to_have_count(3)

    assert len(places) == 1
    card = await shop.until(f"webchat:{places.pop()}", lambda items: len(said(items)) == 3)
    assert sorted(said(card["timeline"]["items"])) == ["сторінка 0", "сторінка 1", "сторінка 2"]
    assert shop.daemon.stop() == 0  # at once, although pages are open


async def test_what_the_hub_keeps_and_has_not_read_yet_stands_on_every_page(shop: Shop) -> None:
    visitor = await shop.visitor()
    writing, hearing = [await shop.open(visitor, open="") for _ in range(2)]
    await expect(hearing.get_by_role("textbox")).to_be_visible()
    with without_parsers(shop.daemon):
        await writing.get_by_role("textbox").fill("Ви тут?")
        await writing.get_by_role("textbox").press("Enter")
        for page in (writing, hearing):
            await expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(1)
            await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
        await visitor.set_offline(True)
        async with hearing.expect_websocket() as connecting:
            await visitor.set_offline(False)
        await (await connecting.value).wait_for_event("framereceived")  # its welcome
        opened = await shop.open(visitor, open="")
        for page in (hearing, opened):
            await expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(1)


async def test_files_go_both_ways(shop: Shop, tmp_path: Path) -> None:
    photo = tmp_path / "чек №1.jpg"
    photo.write_bytes(os.urandom(300_000))
    page = await shop.open(await shop.visitor(), open="")
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Додати файли").click()
    await (await choosing.value).set_files(photo)
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0)
    place = await place_of(page)
    conversation = await shop.heard(place, "")
    bill = {"filename": "накладна.pdf", "content_type": "application/pdf", "content": "JVBERi0x"}
    await shop.reply(conversation, "Ось накладна", attachments=[bill])
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="накладна.pdf").click()
    assert Path(await (await downloading.value).path()).read_bytes() == b"%PDF-1"
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="чек №1.jpg").click()
    assert Path(await (await downloading.value).path()).read_bytes() == photo.read_bytes()


async def test_no_other_site_may_open_the_chat(shop: Shop) -> None:
    [port] = free_ports(1)
    async with serve_shop(port, f"{shop.daemon.url}/chat/site-chat") as elsewhere:
        page = await (await shop.visitor()).new_page()
        await page.goto(f"{elsewhere}/?open=")
        await page.get_by_role("textbox").fill("Хтось")
        await page.get_by_role("textbox").press("Enter")
        await expect(page.get_by_text("Немає з’єднання.")).to_be_visible(timeout=20_000)

    assert (await shop.ask("GET", "/messages"))["items"] == []


async def test_page_whose_websockets_do_not_come_through_posts_instead(shop: Shop) -> None:
    visitor = await shop.visitor()
    await visitor.route_web_socket("**/chat/site-chat", lambda socket: socket.close())
    page = await shop.open(visitor, open="")
    await page.get_by_role("textbox").fill("Крізь проксі")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("Надсилаємо…")).to_have_count(0, timeout=20_000)
    conversation = await shop.heard(await place_of(page), "Крізь проксі")
    await shop.reply(conversation, "Чуємо")

    await expect(page.get_by_role("log").get_by_text("Чуємо")).to_be_visible()
