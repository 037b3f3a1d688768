"""A LINE account's customer through the real daemon: written, answered once although the answer to us got lost, with a
file that LINE fetches from us."""

import asyncio
import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.line import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers.line import SECRET, TOKEN, LineServer

pytestmark = pytest.mark.slow

ACCOUNT = """
[accounts.line]
kind = "line"
token = "{token}"
channel_secret = "{secret}"
base_url = "{api}"
content_url = "{api}"
"""
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2000
LOOKUP = "/api/v1/customers/lookup"


async def test_a_lost_answer_is_repeated_under_its_key_and_a_customer_who_left_is_out_of_reach(tmp_path: Path) -> None:
    async with LineServer() as server, aiohttp.ClientSession() as http:
        daemon = Daemon(tmp_path, config=CONFIG + ACCOUNT.format(token=TOKEN, secret=SECRET, api=server.url))
        await daemon.start()

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def card(when: Callable[[Any], bool]) -> Any:
            async with asyncio.timeout(30):
                while True:
                    status, found = await ask("GET", LOOKUP, params={"identity": f"line:{v.HANA}"})
                    if status == 200 and when(found):
                        return found
                    await asyncio.sleep(0.05)

        try:
            async with asyncio.timeout(30):
                await server.is_hooked.wait()
            now_ms = int(time.time() * 1000)
            assert await server.tell(v.TEXT | {"timestamp": now_ms}) == 200
            found = await card(lambda one: len(one["timeline"]["items"]) == 1)
            [entry] = found["timeline"]["items"]
            assert entry["text"] == "@Shop いつ届きますか"
            assert [(one["account"], one["hindrance"]) for one in found["replies"]] == [("line", "")]

            reply = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            server.drops_answers = True
            status, _ = await ask("POST", reply, json={"text": "明日です"})
            assert status == 202
            async with asyncio.timeout(30):
                while not server.taken:
                    await asyncio.sleep(0.02)
            server.drops_answers = False
            await card(lambda one: states(one) == ["sent"])
            assert (len(server.sent), len(server.taken)) == (1, 1)

            photo = {"filename": "時計.png", "content_type": "image/png", "content": base64.b64encode(PHOTO).decode()}
            status, _ = await ask("POST", reply, json={"text": "写真です", "attachments": [photo]})
            assert status == 202
            await card(lambda one: states(one) == ["sent", "sent"])
            assert server.fetched == [("image/png", PHOTO)]

            gone = v.event("unfollow", number=7) | {"timestamp": now_ms + 1}
            assert await server.tell(gone) == 200
            found = await card(lambda one: bool(one["identities"][0]["unreachable"]))
            status, problem = await ask("POST", reply, json={"text": "もう一度"})
            assert status == 409
            assert "blocked line" in problem["detail"]
            assert [one["hindrance"] for one in found["replies"]] == ["blocked"]
        finally:
            daemon.end()


def states(found: Any) -> list[str]:
    """Of our own messages."""
    return [
        one["state"] for one in found["timeline"]["items"] if one["type"] == "message" and one["direction"] == "out"
    ]
