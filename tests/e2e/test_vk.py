"""A VK community's customer through the real daemon, by the Callback API: written, answered, read, gone."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.vk import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers.vk import FIRST_NUMBER, GROUP, SECRET, TOKEN, VkServer

pytestmark = pytest.mark.slow

ACCOUNT = """
[accounts.vk]
kind = "vk"
group_id = {group}
token = "{token}"
mode = "webhook"
secret = "{secret}"
base_url = "{api}"
"""
LOOKUP = "/api/v1/customers/lookup"


async def test_answer_that_comes_back_is_one_entry_and_nothing_is_sent_to_who_denied_messages(tmp_path: Path) -> None:
    async with VkServer() as server, aiohttp.ClientSession() as http:
        account = ACCOUNT.format(group=GROUP, token=TOKEN, secret=SECRET, api=server.url)
        daemon = Daemon(tmp_path, config=CONFIG + account)
        await daemon.start()

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def timeline(when: Callable[[list[Any]], bool]) -> list[Any]:
            async with asyncio.timeout(30):
                while True:
                    status, found = await ask("GET", LOOKUP, params={"identity": f"vk:{v.MARIA}"})
                    if status == 200 and when(found["timeline"]["items"]):
                        return list(found["timeline"]["items"])
                    await asyncio.sleep(0.05)

        try:
            async with asyncio.timeout(30):
                await server.is_hooked.wait()
            server.people[v.MARIA] = ("Мария", "С.")
            assert await server.tell(v.TEXT) == (200, "ok")
            [entry] = _messages(await timeline(lambda items: bool(_messages(items))))
            assert entry["text"] == "Здравствуйте, заказ 20418 не пришёл"

            async with asyncio.timeout(30):
                while "Мария С." not in str(await ask("GET", LOOKUP, params={"identity": f"vk:{v.MARIA}"})):
                    await asyncio.sleep(0.05)

            reply = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            status, _ = await ask("POST", reply, json={"text": "Уже едет"})
            assert status < 300
            await timeline(lambda items: _states(items) == ["sent"])
            echo = v.message(
                "Уже едет",
                number=FIRST_NUMBER,
                from_id=-GROUP,
                out=1,
                payload=server.sent[0]["payload"],
                date=v.AT + 60,
            )
            assert await server.tell(v.event("message_reply", echo, event_id="r1")) == (200, "ok")
            seen = v.READ["object"] | {"conversation_message_id": FIRST_NUMBER}
            assert await server.tell(v.READ | {"object": seen, "event_id": "r2"}) == (200, "ok")
            assert len(_messages(await timeline(lambda items: _states(items) == ["read"]))) == 2

            assert await server.tell(v.COMMENT | {"event_id": "c1"}) == (200, "ok")
            said = _messages(await timeline(lambda items: len(_messages(items)) == 3))
            [public] = [one for one in said if "долго" in one["text"]]
            status, _ = await ask(
                "POST", f"/api/v1/conversations/{public['conversation_id']}/replies", json={"text": "Пишем Вам"}
            )
            assert status < 300
            await timeline(lambda items: sorted(_states(items)) == ["read", "sent"])
            [asked] = [asked for method, asked in server.calls if method == "wall.createComment"]
            assert (asked["post_id"], asked["reply_to_comment"], asked["message"]) == ("900", "915", "Пишем Вам")

            assert await server.tell(v.DENIED) == (200, "ok")
            await timeline(lambda items: any(one["type"] == "reach" for one in items))
            status, problem = await ask("POST", reply, json={"text": "Ещё раз"})
            assert status == 409
            assert "blocked vk" in problem["detail"]
            assert len(server.sent) == 1
        finally:
            daemon.end()


def _messages(items: list[Any]) -> list[Any]:
    return [one for one in items if one["type"] == "message"]


def _states(items: list[Any]) -> list[str]:
    """Of our own messages."""
    return [one["state"] for one in _messages(items) if one["direction"] == "out"]
