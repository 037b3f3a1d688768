"""How accounts do, beyond up or down: in the API, on the page, asked anew when a person wants."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channelhub.telemetry.vitals import Vitals
from tests.web.conftest import BEGAN, Hub, account

UNWELL = Vitals(
    last_success=BEGAN, lag_s=90.5, backlog=7, probed_at=BEGAN + timedelta(minutes=1), probe="auth-failed",
    probe_detail="the token expired: make a new one", refused=3, refused_at=BEGAN + timedelta(minutes=2),
)  # fmt: skip


@pytest.fixture
def settings() -> dict[str, object]:
    """A probe that finds one account unwell."""

    async def probe() -> None:
        FOUND["vitals"] = UNWELL

    FOUND.clear()
    return {"probe": probe}


FOUND: dict[str, Any] = {}


async def test_the_api_tells_what_is_known_and_asks_anew(hub: Hub) -> None:
    hub.accounts.append(account("page", "messenger"))
    before = await shown(hub, "GET", "/connectors")
    hub.accounts[-1] = replace(hub.accounts[-1], vitals=UNWELL)
    after = await shown(hub, "POST", "/connectors/probe")

    assert (before["probe"], before["backlog"], before["lag_s"], before["refused_posts"]) == ("", None, None, 0)
    assert FOUND == {"vitals": UNWELL}
    assert (after["probe"], after["probe_detail"]) == ("auth-failed", "the token expired: make a new one")
    assert (after["lag_s"], after["backlog"], after["refused_posts"]) == (90.5, 7, 3)
    assert after["last_success"] == "2026-03-02T09:00:00Z"


async def test_the_page_tells_it_too(hub: Hub) -> None:
    hub.accounts.append(account("page", "messenger", vitals=UNWELL))
    async with hub.http.get(f"{hub.url}/accounts", headers=hub.admin() | {"Accept-Language": "en"}) as answer:
        page = await answer.text()

    assert "the token expired: make a new one" in page
    assert "wait at the channel: 7" in page
    assert "posts refused: 3" in page
    assert "enter the same one on both sides" in page


async def shown(hub: Hub, method: str, path: str) -> Any:
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", headers=hub.admin()) as answer:
        assert answer.status == 200
        return next(one for one in (await answer.json())["items"] if one["name"] == "page")
