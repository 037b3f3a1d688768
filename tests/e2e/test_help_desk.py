"""A Zendesk's past and present through one real daemon: on the timeline once, what is old opens nothing."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.helpdesk.zendesk import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers.zendesk import EMAIL, SECRET, TOKEN, ZendeskServer

pytestmark = pytest.mark.slow

ACCOUNT = """
[accounts.zendesk]
kind = "zendesk"
url = "{url}"
email = "{email}"
api_token = "{token}"
signing_secret = "{secret}"
history_days = 365
poll_s = 1
"""


def at(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_past_is_history_and_present_wants_an_answer_whichever_way_it_comes(tmp_path: Path) -> None:
    petro = v.OLHA | {"id": 9900, "name": "Петро", "email": "petro@example.ua", "phone": None}
    async with ZendeskServer(users=[v.OLHA, petro, v.AGENT]) as desk, aiohttp.ClientSession() as http:
        desk.say(
            v.ticket(1, updated_at=at(days=40)),
            v.comment(11, "Хочу повернути лампу", created_at=at(days=41)),
            v.comment(12, "Звісно", author_id=77, created_at=at(days=40)),
            v.comment(13, "постійна покупчиня", author_id=77, public=False, created_at=at(days=40)),
        )
        config = ACCOUNT.format(url=desk.address, email=EMAIL, token=TOKEN, secret=SECRET)
        daemon = Daemon(tmp_path, config=CONFIG + config)

        async def timeline(identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
            url, asked = f"{daemon.url}/api/v1/customers/lookup", {"identity": identity}
            async with asyncio.timeout(60):
                while True:
                    async with http.get(url, params=asked, headers=daemon.authorization()) as answer:
                        found = json.loads(await answer.read())
                    items = found["timeline"]["items"] if answer.status == 200 else []
                    if when(items):
                        return list(items)
                    await asyncio.sleep(0.05)

        try:
            await daemon.start()
            old = await timeline("zendesk:8899", lambda items: len(items) >= 3)
            daemon.kill()
            await daemon.start()
            desk.hook = f"{daemon.url}/hooks/zendesk"
            event = v.event(number=21, text="Де чек?", author={"id": "9900", "name": "Петро", "is_staff": False})
            event["detail"] |= {"id": "2", "requester_id": "9900"}
            assert await desk.tell(event | {"time": at(minutes=2)}) == 200
            await timeline("zendesk:9900", lambda items: said(items, "in") == ["Де чек?"])
            desk.say(
                v.ticket(2, requester_id=9900, updated_at=at(minutes=1)),
                v.comment(21, "Де чек?", author_id=9900, created_at=at(minutes=2), attachments=[v.RECEIPT]),
                v.comment(22, "Ось він", author_id=77, created_at=at(minutes=1)),
            )
            new = await timeline("zendesk:9900", lambda items: said(items, "out") == ["Ось він"])

            assert (said(old, "in"), said(old, "out")) == (["Хочу повернути лампу"], ["Звісно"])
            assert [one["incident_id"] for one in messages(old, "in")] == [None]
            assert "helpdesk.note" in json.dumps(old)
            [asked] = messages(new, "in")
            assert asked["incident_id"] is not None
            assert asked["attachments"] == 1
            assert len(await timeline("zendesk:8899", bool)) == len(old)
        finally:
            daemon.end()


def messages(items: list[Any], direction: str) -> list[Any]:
    return [one for one in items if one["type"] == "message" and one["direction"] == direction]


def said(items: list[Any], direction: str) -> list[str]:
    return [one["text"] for one in messages(items, direction)]
