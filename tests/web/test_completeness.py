"""An account's completeness on the page and in the API."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channelhub.domain.completeness import NoteLevel
from channelhub.telemetry.completeness import Comparison
from tests.web.conftest import BEGAN, Hub, account

COMPARED = Comparison(
    listed=10_000,
    gap=1,
    at=BEGAN,
    last_gap=1,
    last_gap_at=BEGAN - timedelta(hours=1),
    note="the folder Sales can't be opened",
)


async def test_the_api_shows_the_gap_of_accounts_that_compare(hub: Hub) -> None:
    hub.accounts.append(account("mailbox", "imap", comparison=COMPARED))
    async with hub.http.get(f"{hub.url}/api/v1/connectors", headers=hub.admin()) as answer:
        items = {one["name"]: one for one in (await answer.json())["items"]}

    assert items["mailbox"]["completeness"] == {
        "listed": 10_000,
        "gap": 1,
        "at": "2026-03-02T09:00:00Z",
        "last_gap": 1,
        "last_gap_at": "2026-03-02T08:00:00Z",
        "note": "the folder Sales can't be opened",
        "note_level": "wrong",
    }
    assert items["bot"]["completeness"] is None


async def test_the_page_shows_the_gap(hub: Hub) -> None:
    hub.accounts.append(account("mailbox", "imap", comparison=COMPARED))
    async with hub.http.get(f"{hub.url}/accounts", headers=hub.admin()) as answer:
        page = await answer.text()

    assert answer.status == 200
    assert "gap = 1" in page
    assert "10000" in page
    assert "the folder Sales can&#39;t be opened" in page


@pytest.mark.parametrize(
    ("gap", "level", "badge"),
    [(0, NoteLevel.INFO, "good"), (0, NoteLevel.WRONG, "bad"), (1, NoteLevel.INFO, "bad")],
)
async def test_the_page_marks_what_is_to_be_mended(hub: Hub, gap: int, level: NoteLevel, badge: str) -> None:
    hub.accounts.append(account("mailbox", "imap", comparison=replace(COMPARED, gap=gap, level=level)))
    async with hub.http.get(f"{hub.url}/accounts", headers=hub.admin()) as answer:
        page = await answer.text()

    assert f'<span class="badge {badge}">gap = {gap}</span>' in page


async def test_a_comparison_without_a_note_has_no_level(hub: Hub) -> None:
    hub.accounts.append(account("mailbox", "imap", comparison=replace(COMPARED, note="")))
    async with hub.http.get(f"{hub.url}/api/v1/connectors", headers=hub.admin()) as answer:
        items = {one["name"]: one for one in (await answer.json())["items"]}

    assert items["mailbox"]["completeness"]["note_level"] is None
