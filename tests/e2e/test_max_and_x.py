"""Customers of MAX and X through one real daemon: written, answered once where they wrote, in private and in public."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.max import vectors as m
from tests.connectors.x import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers import max as max_server
from tests.servers import x as x_server

pytestmark = pytest.mark.slow

ACCOUNTS = """
[accounts.max]
kind = "max"
token = "{max_token}"
webhook_secret = "{max_secret}"
base_url = "{max_url}"

[accounts.x]
kind = "x"
user_id = "{user_id}"
consumer_key = "{consumer_key}"
consumer_secret = "{consumer_secret}"
bearer_token = "{bearer}"
access_token = "{access_token}"
access_token_secret = "{access_token_secret}"
base_url = "{x_url}"
"""


PICTURE = {"filename": "код.png", "content_type": "image/png", "content": base64.b64encode(b"png").decode()}
PAPER = {"filename": "чек.pdf", "content_type": "application/pdf", "content": base64.b64encode(b"pdf").decode()}


async def test_each_is_answered_once_where_they_wrote(tmp_path: Path) -> None:
    async with max_server.MaxServer() as bots, x_server.XServer() as posts, aiohttp.ClientSession() as http:
        config = ACCOUNTS.format(
            max_token=max_server.TOKEN,
            max_secret=max_server.SECRET,
            max_url=bots.url,
            user_id=x_server.ACCOUNT,
            consumer_key=x_server.CONSUMER_KEY,
            consumer_secret=x_server.CONSUMER_SECRET,
            bearer=x_server.BEARER,
            access_token=x_server.TOKEN,
            access_token_secret=x_server.TOKEN_SECRET,
            x_url=posts.url,
        )
        daemon = Daemon(tmp_path, config=CONFIG + config)
        await daemon.start()

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def said(identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
            """The entries of a customer's timeline, once they are as wanted."""
            async with asyncio.timeout(30):
                while True:
                    params = {"identity": identity}
                    status, found = await ask("GET", "/api/v1/customers/lookup", params=params)
                    if status == 200 and when(found["timeline"]["items"]):
                        return list(found["timeline"]["items"])
                    await asyncio.sleep(0.05)

        async def reply(entry: dict[str, Any], text: str, *files: dict[str, str]) -> tuple[int, Any]:
            path = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            return await ask("POST", path, json={"text": text, "attachments": files})

        try:
            async with asyncio.timeout(30):
                await asyncio.gather(bots.is_hooked.wait(), posts.is_hooked.wait())
            assert await bots.tell(m.TEXT) == 200
            [entry] = _messages(await said(f"max:{m.MARIA}", lambda items: bool(_messages(items))))
            assert entry["text"] == "Не работает промокод"
            assert (await reply(entry, "Уже работает", PICTURE))[0] < 300
            await said(f"max:{m.MARIA}", lambda items: _states(items) == ["sent"])
            [said_by_max] = bots.sent
            assert (said_by_max["text"], said_by_max["user_id"]) == ("Уже работает", str(m.MARIA))
            assert bots.uploads[said_by_max["attachments"][0]["payload"]["token"]] == ("image", "код.png", b"png")
            assert await bots.tell(m.EDITED) == 200
            await said(f"max:{m.MARIA}", lambda items: any("LAMPA" in one["text"] for one in _messages(items)))
            assert await bots.tell(m.STOPPED) == 200
            await said(f"max:{m.MARIA}", lambda items: any(one["type"] == "reach" for one in items))
            assert (await reply(entry, "Ещё раз"))[0] == 409

            assert await posts.tell(v.DIRECT) == 200
            [direct] = _messages(await said(f"x:{v.IRYNA}", lambda items: bool(_messages(items))))
            assert await posts.tell(v.MENTION) == 200
            both = _messages(await said(f"x:{v.IRYNA}", lambda items: len(_messages(items)) == 2))
            [public] = [one for one in both if one["conversation_id"] != direct["conversation_id"]]
            status, problem = await reply(public, "Дивіться", PAPER)
            assert (status, "only image/jpeg" in problem["detail"]) == (409, True)
            assert (await reply(direct, "Пишемо Вам", PICTURE))[0] < 300
            assert (await reply(public, "Відповіли в приватні"))[0] < 300
            await said(f"x:{v.IRYNA}", lambda items: _states(items) == ["sent", "sent"])
            [media] = posts.uploads
            assert sorted(posts.sent, key=str) == [
                {"text": "Відповіли в приватні", "reply": {"in_reply_to_tweet_id": v.POST_ID}},
                {"text": "Пишемо Вам", "attachments": [{"media_id": media}]},
            ]
            assert posts.uploads[media].segments == [b"png"]
        finally:
            daemon.end()


def _messages(items: list[Any]) -> list[Any]:
    return [one for one in items if one["type"] == "message"]


def _states(items: list[Any]) -> list[str]:
    """Of our own messages."""
    return [one["state"] for one in _messages(items) if one["direction"] == "out"]
