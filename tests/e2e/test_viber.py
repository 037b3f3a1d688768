"""A Viber bot's customer through the real daemon: written, answered, seen, gone."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.viber import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers.viber import FIRST_TOKEN, TOKEN, ViberServer

pytestmark = pytest.mark.slow

ACCOUNT = """
[accounts.viber]
kind = "viber"
token = "{token}"
name = "Лампи"
base_url = "{api}"
"""
LOOKUP = "/api/v1/customers/lookup"


async def test_answer_is_seen_on_the_timeline_and_refused_to_who_unsubscribed(tmp_path: Path) -> None:
    async with ViberServer() as server, aiohttp.ClientSession() as http:
        daemon = Daemon(tmp_path, config=CONFIG + ACCOUNT.format(token=TOKEN, api=server.api))
        await daemon.start()

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def timeline(when: Callable[[list[Any]], bool]) -> list[Any]:
            async with asyncio.timeout(60):
                while True:
                    status, found = await ask("GET", LOOKUP, params={"identity": f"viber:{v.OLENA}"})
                    if status == 200 and when(found["timeline"]["items"]):
                        return list(found["timeline"]["items"])
                    await asyncio.sleep(0.05)

        try:
            async with asyncio.timeout(60):
                await server.is_hooked.wait()
            assert (await server.tell(v.TEXT))[0] == 200
            [entry] = await timeline(lambda items: len(items) == 1)
            assert entry["text"] == "Де моє замовлення?"

            reply = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            server.tells_first = "delivered"  # quicker than the answer, as it may be
            server.answer_now.set()
            status, _ = await ask("POST", reply, json={"text": "Вже їде"})
            assert status < 300
            await timeline(lambda items: _states(items) == {"delivered"})
            seen = v.SEEN | {"message_token": FIRST_TOKEN}
            assert (await server.tell(seen))[0] == 200
            await timeline(lambda items: _states(items) == {"read"})

            assert (await server.tell(v.UNSUBSCRIBED))[0] == 200
            await timeline(lambda items: any(one["type"] == "reach" for one in items))
            status, problem = await ask("POST", reply, json={"text": "Ще раз"})
            assert status == 409
            assert "blocked viber" in problem["detail"]
            assert len(server.sent) == 1
        finally:
            daemon.end()


def _states(items: list[Any]) -> set[str]:
    """Of our own messages."""
    return {one["state"] for one in items if one["type"] == "message" and one["direction"] == "out"}
