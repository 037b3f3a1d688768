"""A customer of an SMS gateway through the real daemon: written, answered, and the answer's receipt."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon
from tests.servers.gateway import TOKEN, GatewayServer

pytestmark = pytest.mark.slow

PHONE = "+380671112233"
SETTINGS = """
[accounts.sms]
kind = "sms"
trust = "verified"
proof = "field"
secret = "a-secret-of-the-gateway"
body = "query"
send_secret = "{token}"
[accounts.sms.send]
url = "{url}/messages"
headers = {{ Authorization = "Bearer {{secret}}" }}
body = {{ to = "{{to}}", text = "{{text}}" }}
taken = {{ "$.status" = "accepted" }}
id = "$.message_id"
[[accounts.sms.mappings]]
gives = "message"
has = ["$.text"]
id = "$.id"
text = "$.text"
conversation = "$.from"
identities = [{{ kind = "phone", value = "$.from", evidence = "caller" }}]
[[accounts.sms.mappings]]
gives = "receipt"
has = ["$.status"]
sent = "$.id"
type = "$.status"
types = {{ DELIVRD = "delivered" }}
identities = [{{ kind = "phone", value = "$.to" }}]
"""


async def test_receipt_finds_its_message_by_the_gateway_s_id(tmp_path: Path) -> None:
    async with GatewayServer() as server, aiohttp.ClientSession() as http:
        settings = SETTINGS.format(token=TOKEN, url=server.url)
        daemon = Daemon(tmp_path, config=CONFIG + settings.replace("{", "{{").replace("}", "}}"))
        await daemon.start()

        async def call(**fields: str) -> int:
            given = fields | {"token": "a-secret-of-the-gateway"}
            async with http.get(f"{daemon.url}/hooks/sms", params=given) as answer:
                return answer.status

        async def timeline(when: Callable[[list[Any]], bool]) -> list[Any]:
            address, given = f"{daemon.url}/api/v1/customers/lookup", {"identity": f"phone:{PHONE}"}
            async with asyncio.timeout(30):
                while True:
                    async with http.get(address, params=given, headers=daemon.authorization()) as answer:
                        items = (await answer.json())["timeline"]["items"] if answer.status == 200 else []
                    if items and when(items):
                        return list(items)
                    await asyncio.sleep(0.05)

        try:
            assert await call(id="m1", **{"from": PHONE}, text="Де посилка?") == 200
            [entry] = await timeline(lambda items: len(items) == 1)
            reply = f"{daemon.url}/api/v1/conversations/{entry['conversation_id']}/replies"
            async with http.post(reply, json={"text": "Вже їде"}, headers=daemon.authorization()) as answer:
                assert answer.status < 300
            await timeline(lambda items: _states(items) == {"sent"})
            assert server.sent == [{"to": PHONE, "text": "Вже їде"}]
            assert await call(id="g1", status="DELIVRD", to=PHONE) == 200
            await timeline(lambda items: _states(items) == {"delivered"})
        finally:
            daemon.end()

    assert entry["channel"] == "sms"


def _states(items: list[Any]) -> set[str]:
    """Of our own messages."""
    return {one["state"] for one in items if one["type"] == "message" and one["direction"] == "out"}
