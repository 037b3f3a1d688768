"""A bot's customers through the real daemon: what was sent as one stands as one, who blocks the bot is left alone."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.crash.test_media_kill import BOT
from tests.daemon import CONFIG, Daemon
from tests.servers.telegram import TOKEN, BotServer, Uploaded

pytestmark = pytest.mark.slow

OLENA = {"id": 418820331, "first_name": "Олена", "is_bot": False}
LOOKUP = "/api/v1/customers/lookup?identity=telegram:418820331"


async def test_album_stands_as_one_entry_and_a_block_refuses_replies_until_it_ends(tmp_path: Path) -> None:
    async with BotServer() as server, aiohttp.ClientSession() as http:
        daemon = Daemon(tmp_path, config=CONFIG + BOT.format(token=TOKEN, server=server.url))
        await daemon.start()

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            url = f"{daemon.url}{path}"
            async with http.request(method, url, headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def card(*, when: Callable[[Any], bool]) -> Any:
            async with asyncio.timeout(60):
                while True:
                    status, found = await ask("GET", LOOKUP)
                    if status == 200 and when(found):
                        return found
                    await asyncio.sleep(0.05)

        try:
            await _plays(server, ask, card)
        finally:
            daemon.end()


async def _plays(
    server: BotServer, ask: Callable[..., Awaitable[tuple[int, Any]]], card: Callable[..., Awaitable[Any]]
) -> None:
    for caption in ("", "Зламалось", ""):
        server.say("", caption=caption, media_group_id="77", photo=[{"file_id": f"f{caption}", "file_size": 3}])
    shown = await card(when=lambda found: len(found["timeline"]["items"]) == 1 and _files(found) == 3)
    (entry,) = shown["timeline"]["items"]
    assert (entry["text"], entry["flags"]) == ("Зламалось", ["album"])

    answer = f"/api/v1/conversations/{entry['conversation_id']}/replies"
    server.put(_membership("kicked"))
    await card(when=lambda found: bool(found["identities"][0]["unreachable"]))
    status, problem = await ask("POST", answer, json={"text": "Вже їде"})
    assert status == 409
    assert "blocked bot" in problem["detail"]

    server.put(_membership("member"))
    await card(when=lambda found: not found["identities"][0]["unreachable"])
    picture = {"filename": "лампа.png", "content_type": "image/png", "content": base64.b64encode(b"png").decode()}
    status, _ = await ask("POST", answer, json={"text": "Вже їде", "attachments": [picture]})
    async with asyncio.timeout(60):
        while not server.sent:
            await asyncio.sleep(0.05)
    assert status < 300
    assert (server.sent[0].text, server.sent[0].file) == ("Вже їде", Uploaded("лампа.png", "image/png", b"png"))


def _files(card: Any) -> int:
    return int(card["timeline"]["items"][0]["attachments"])


def _membership(status: str) -> dict[str, Any]:
    chat = {"id": OLENA["id"], "type": "private", "first_name": "Олена"}
    return {
        "my_chat_member": {"chat": chat, "from": OLENA, "date": int(time.time()), "new_chat_member": {"status": status}}
    }
