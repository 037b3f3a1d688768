"""Reviews of an app in both stores through one real daemon: heard once, answered once, edits as versions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon
from tests.servers import app_store, google_play
from tests.servers.app_store import AppStoreServer
from tests.servers.google_play import GooglePlayServer

pytestmark = pytest.mark.slow

ACCOUNTS = """
[accounts.apple]
kind = "app_store"
app_id = "{app_id}"
key_id = "{key_id}"
issuer_id = "{issuer_id}"
private_key_file = "apple.p8"
poll_s = 0.2
history_days = 1
base_url = "{apple}"

[accounts.play]
kind = "google_play"
package_name = "{package}"
service_account_file = "google.json"
poll_s = 0.2
history_days = 1
base_url = "{google}/v3"
token_url = "{google}/token"
"""


class Desk:
    """Both stores, and what the hub shows of their reviews."""

    def __init__(self, daemon: Daemon, http: aiohttp.ClientSession) -> None:
        self.daemon = daemon
        self._http = http

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        url = f"{self.daemon.url}/api/v1{path}"
        async with self._http.request(method, url, headers=self.daemon.authorization(), **more) as answer:
            return answer.status, json.loads(await answer.read())

    async def timeline(self, identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
        async with asyncio.timeout(60):
            while True:
                status, found = await self.ask("GET", "/customers/lookup", params={"identity": identity})
                items = [one for one in found["timeline"]["items"] if one["type"] == "message"] if status == 200 else []
                if when(items):
                    return items
                await asyncio.sleep(0.05)

    async def answer(self, identity: str, asked: str, text: str) -> None:
        [entry] = await self.timeline(identity, lambda items: len(items) == 1)
        assert asked in entry["text"]
        assert entry["incident_id"] is not None
        status, told = await self.ask("POST", f"/conversations/{entry['conversation_id']}/replies", json={"text": text})
        assert status < 300, told
        await self.timeline(identity, lambda items: states(items) == ["delivered"])


@asynccontextmanager
async def opened(folder: Path, apple: AppStoreServer, google: GooglePlayServer) -> AsyncIterator[Desk]:
    (folder / "apple.p8").write_text(app_store.KEY_PEM)
    (folder / "google.json").write_text(google_play.ACCOUNT)
    for secret in ("apple.p8", "google.json"):
        (folder / secret).chmod(0o600)
    config = ACCOUNTS.format(
        app_id=app_store.APP_ID,
        key_id=app_store.KEY_ID,
        issuer_id=app_store.ISSUER_ID,
        package=google_play.PACKAGE,
        apple=apple.url,
        google=google.url,
    )
    daemon = Daemon(folder, config=CONFIG + config)
    try:
        await daemon.start()
        async with aiohttp.ClientSession() as http:
            yield Desk(daemon, http)
    finally:
        daemon.end()


async def test_reviews_are_answered_once_and_edited_ones_are_read_again_also_after_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC) - timedelta(hours=2)  # history opens nothing: the stores' clocks have to be today's
    monkeypatch.setattr(app_store, "BEGUN", began)
    monkeypatch.setattr(google_play, "BEGUN", began)
    async with AppStoreServer() as apple, GooglePlayServer() as google:
        of_olena, of_taras = apple.say("Третій день не можу увійти"), google.say("Оновили і все зламали")
        olena, taras = f"app_store:{of_olena}", f"google_play:{of_taras}"
        async with opened(tmp_path, apple, google) as desk:
            await desk.timeline(olena, bool)
            status, ways = await desk.ask("POST", "/connectors/probe")
            await desk.answer(taras, "Оновили і все зламали", "Вже виправили")
            await answer_of_apple(desk, apple, olena, of_olena)

            desk.daemon.kill()
            apple.edit(of_olena, body="Увійшла, дякую", rating=5)
            google.edit(of_taras, text="Тепер працює", starRating=5)
            await desk.daemon.start()
            edited = [
                await desk.timeline(identity, lambda items: any("edited" in one["flags"] for one in items))
                for identity in (olena, taras)
            ]

    assert status == 200
    assert {one["probe"] for one in ways["items"] if one["name"] in ("apple", "play")} == {"ok"}
    assert (apple.sent, google.sent) == (["Вибачте, вже працює"], ["Вже виправили"])
    assert [len(items) for items in edited] == [2, 2], "the store's copy of our answer is no message of its own"
    assert [said(items) for items in edited] == [["Увійшла, дякую"], ["Тепер працює"]]


async def answer_of_apple(desk: Desk, apple: AppStoreServer, identity: str, review_id: str) -> None:
    """Apple shows an answer when somebody there has looked at it: only then it is delivered."""
    [entry] = await desk.timeline(identity, lambda items: len(items) == 1)
    reply = {"text": "Вибачте, вже працює"}
    status, told = await desk.ask("POST", f"/conversations/{entry['conversation_id']}/replies", json=reply)
    assert status < 300, told
    await desk.timeline(identity, lambda items: states(items) == ["sent"])
    apple.publish(review_id)
    await desk.timeline(identity, lambda items: states(items) == ["delivered"])


def said(items: list[Any]) -> list[str]:
    return [one["text"].splitlines()[-1] for one in items if one["direction"] == "in"]


def states(items: list[Any]) -> list[str]:
    return [one["state"] for one in items if one["direction"] == "out"]
