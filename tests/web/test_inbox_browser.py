"""The inbox in a real browser: by keys alone, live, and by plain forms without script."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.web.conftest import Hub
from tests.web.flow import receive

pytestmark = pytest.mark.slow


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


async def seat(browser: Browser, hub: Hub, *, has_script: bool = True, width: int = 1280) -> BrowserContext:
    return await browser.new_context(
        locale="en-GB", java_script_enabled=has_script, extra_http_headers=hub.admin(),
        viewport={"width": width, "height": 800},
    )  # fmt: skip


async def test_an_agent_works_by_keys_and_switches_them_off(hub: Hub, browser: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    for number in range(3):
        await receive(hub, f"problem {number}", email=f"p{number}@example.com", subject=f"Case {number}")
    page = await (await seat(browser, hub)).new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{hub.url}/?order=newest")
    for key in "jjkxjx":
        await page.keyboard.press(key)
    picks = page.locator("input[name=incident]")

    assert [await picks.nth(number).is_checked() for number in range(3)] == [True, True, False]
    await page.screenshot(path=tmp_path / "inbox.png")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.screenshot(path=tmp_path / "keys.png")
    await page.keyboard.press("Escape")
    await page.get_by_label("Assignee").last.fill("local")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Changed: 2.")).to_be_visible()
    await expect(page.get_by_text("Assigned to local")).to_have_count(2)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Assigned to local")).to_have_count(0)
    await page.keyboard.press("j")
    await page.keyboard.press("o")
    await expect(page.get_by_text("problem 2", exact=True)).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.locator("#q")).to_be_focused()
    await page.keyboard.type("jx?")
    assert await page.locator("#q").input_value() == "jx?"

    await page.goto(f"{hub.url}/?order=newest")
    await page.get_by_role("button", name="Keys").click()
    await page.get_by_label("Keys of one letter work").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    assert not await page.locator("input[name=incident]:checked").count()
    assert complaints == []


async def test_the_list_is_live_but_leaves_what_is_picked_alone(hub: Hub, browser: Browser) -> None:
    await receive(hub, "first", email="a@example.com", subject="Case A")
    page = await (await seat(browser, hub)).new_page()
    await page.goto(hub.url)
    await expect(page.locator("#live.on")).to_be_visible()
    await receive(hub, "second", email="b@example.com", subject="Case B")
    await expect(page.locator("#incident-list li")).to_have_count(2)
    await expect(page.locator("#folders li").first).to_contain_text("2")
    await page.get_by_label("Pick #1").check()
    await receive(hub, "third", email="c@example.com", subject="Case C")
    await expect(page.locator("#folders li").first).to_contain_text("3")

    assert await page.get_by_label("Pick #1").is_checked()
    assert await page.locator("#incident-list li").count() == 2


async def test_without_script_and_on_a_phone_the_forms_do_all_of_it(hub: Hub, browser: Browser, tmp_path: Path) -> None:
    await receive(hub, "w" * 300, email="a" * 40 + "@example.com", subject="s" * 200)
    await receive(hub, "second", email="b@example.com", subject="Case B")
    page = await (await seat(browser, hub, has_script=False, width=360)).new_page()
    await page.goto(hub.url)
    await page.screenshot(path=tmp_path / "phone.png", full_page=True)
    width = await page.evaluate("document.documentElement.scrollWidth")
    await page.get_by_label("Pick #2").check()
    await page.get_by_label("For how long").select_option("write")
    await page.get_by_role("button", name="Snooze").click()
    await expect(page.locator("#incident-list li")).to_have_count(1)
    await page.get_by_role("link", name="Snoozed").click()
    await expect(page.get_by_text("snoozed until the customer writes")).to_have_count(1)
    await page.get_by_label("Pick #2").check()
    await page.get_by_role("button", name="Bring back").click()
    await expect(page.get_by_text("Nothing here.")).to_be_visible()

    assert width <= 360


async def test_on_a_phone_the_list_has_most_of_the_screen(hub: Hub, browser: Browser) -> None:
    """The window is 800 high: navigation, search, folders and filters take no more than a third of it."""
    for number in range(12):
        await receive(hub, f"problem {number}", email=f"p{number}@example.com", subject=f"Case {number}")
    page = await (await seat(browser, hub, has_script=False, width=360)).new_page()
    await page.goto(hub.url)
    begins = await page.evaluate("document.getElementById('incident-list').getBoundingClientRect().top")
    with_picked = page.get_by_role("group", name="With the picked ones")
    await expect(with_picked).to_be_hidden()
    await page.get_by_label("Pick #2").check()
    box = await with_picked.bounding_box()
    await with_picked.get_by_role("button", name="Assign to me").click()
    await expect(page.get_by_text("Assigned to local")).to_have_count(1)

    assert begins < 800 / 3
    assert box is not None
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 360, 800)
    assert box["height"] < 800 / 3
