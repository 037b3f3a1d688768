"""Customers of Matrix, Mastodon and Bluesky through one real daemon: written, answered once, also after a crash."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.bluesky import vectors as b
from tests.connectors.matrix import vectors as m
from tests.daemon import CONFIG, Daemon
from tests.servers import bluesky, mastodon, matrix

pytestmark = pytest.mark.slow

ACCOUNTS = """
[accounts.matrix]
kind = "matrix"
homeserver = "{matrix}"
token = "{matrix_token}"
history_days = 3650
poll_timeout_s = 1

[accounts.mastodon]
kind = "mastodon"
instance = "{mastodon}"
token = "{mastodon_token}"
history_days = 3650
poll_s = 1

[accounts.bluesky]
kind = "bluesky"
identifier = "{handle}"
app_password = "{password}"
service = "{bluesky}"
cdn = "{bluesky}"
history_days = 3650
poll_s = 0.05
"""
IRYNA = "https://social.example/users/iryna"
PAPER = {"filename": "чек.pdf", "content_type": "application/pdf", "content": base64.b64encode(b"pdf").decode()}


async def test_each_customer_is_heard_once_and_answered_once_where_they_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)  # history opens nothing: the servers' clocks have to be today's
    monkeypatch.setattr(matrix, "BEGUN_MS", int(now.timestamp() * 1000) - 60_000)
    monkeypatch.setattr(mastodon, "BEGUN", now)
    monkeypatch.setattr(bluesky, "BEGUN", now)
    async with (
        matrix.MatrixServer() as rooms,
        mastodon.MastodonServer() as posts,
        bluesky.BlueskyServer() as sky,
        aiohttp.ClientSession() as http,
    ):
        config = ACCOUNTS.format(
            matrix=rooms.url,
            matrix_token=matrix.TOKEN,
            mastodon=posts.instance,
            mastodon_token=mastodon.TOKEN,
            bluesky=sky.url,
            handle=bluesky.HANDLE,
            password=bluesky.PASSWORD,
        )
        rooms.members[m.ROOM] = {m.ME: "Shop", m.OLEH: "Олег"}
        sky.convos[b.CONVO] = [{"did": bluesky.ME, "handle": bluesky.HANDLE}, b.IRYNA]
        daemon = Daemon(tmp_path, config=CONFIG + config)

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, json.loads(await answer.read())

        async def timeline(identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
            async with asyncio.timeout(60):
                while True:
                    status, found = await ask("GET", "/api/v1/customers/lookup", params={"identity": identity})
                    items = found["timeline"]["items"] if status == 200 else []
                    if when(items):
                        return list(items)
                    await asyncio.sleep(0.05)

        async def answer(identity: str, text: str, asked: str, *files: dict[str, str]) -> None:
            [entry] = await timeline(identity, lambda items: len(said(items, "in")) == 1)
            assert entry["text"] == asked
            reply = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            status, told = await ask("POST", reply, json={"text": text, "attachments": files})
            assert status < 300, told
            await timeline(identity, lambda items: states(items) == ["sent"])

        try:
            await daemon.start()
            first = rooms.say(m.ROOM, "Де замовлення?", sender=m.OLEH)
            posts.mention(posts.account("14715", "iryna", "Ірина"), "не працює оплата", visibility="direct")
            sky.mention(b.IRYNA, "де мій пакунок?")
            await answer(f"matrix:{m.OLEH}", "Вже їде", "Де замовлення?", PAPER)
            await answer(f"mastodon:{IRYNA}", "Дивимось", "не працює оплата")
            await answer(f"bluesky:{b.IRYNA['did']}", "Шукаємо", "де мій пакунок?")

            assert [content["body"] for _, content in rooms.sent] == ["Вже їде", "чек.pdf"]
            assert rooms.uploads == [("чек.pdf", "application/pdf", b"pdf")]
            assert [(one["status"], one["visibility"]) for one in posts.sent] == [
                ("@iryna@social.example Дивимось", "direct")
            ]
            assert [one["record"]["text"] for one in sky.written] == ["Шукаємо"]

            daemon.kill()
            rooms.happen(m.ROOM, "m.room.message", m.edit(first, "Де моє замовлення?"), sender=m.OLEH)
            posts.mention(posts.accounts["14715"], "вже працює", visibility="direct")
            sky.say(b.CONVO, b.IRYNA["did"], "знайшовся")
            await daemon.start()
            await timeline(f"matrix:{m.OLEH}", lambda items: said(items, "in") == ["Де моє замовлення?"])
            await timeline(f"mastodon:{IRYNA}", lambda items: len(said(items, "in")) == 2)
            await timeline(f"bluesky:{b.IRYNA['did']}", lambda items: "знайшовся" in said(items, "in"))
            for identity in (f"matrix:{m.OLEH}", f"mastodon:{IRYNA}", f"bluesky:{b.IRYNA['did']}"):
                assert len(states(await timeline(identity, bool))) == 1, "the echo of ours is no message of its own"
        finally:
            daemon.end()


def said(items: list[Any], direction: str) -> list[str]:
    return [one["text"] for one in items if one["type"] == "message" and one["direction"] == direction]


def states(items: list[Any]) -> list[str]:
    """Of our own messages."""
    return [one["state"] for one in items if one["type"] == "message" and one["direction"] == "out"]
