"""A customer of a number at Twilio through the real daemon: written, answered, delivered, sent a link, stopped."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.connectors.twilio import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer

pytestmark = pytest.mark.slow

SETTINGS = """
[accounts.sms]
kind = "twilio"
account_sid = "{account}"
auth_token = "{token}"
sender = "{number}"
base_url = "{api}"
"""
BILL = b"%PDF-1.7\n" + bytes(range(256)) * 1000
LOOKUP = "/api/v1/customers/lookup"


async def test_answer_is_delivered_by_its_report_alone_and_refused_to_who_stopped(tmp_path: Path) -> None:
    async with TwilioServer() as server, aiohttp.ClientSession() as http:
        settings = SETTINGS.format(account=ACCOUNT, token=TOKEN, number=NUMBER, api=server.url)
        daemon = Daemon(tmp_path, config=CONFIG + settings)
        await daemon.start()
        server.hook = f"{daemon.url}/hooks/sms"

        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with http.request(method, f"{daemon.url}{path}", headers=daemon.authorization(), **more) as answer:
                return answer.status, await answer.json(content_type=None)

        async def timeline(when: Callable[[list[Any]], bool]) -> list[Any]:
            async with asyncio.timeout(30):
                while True:
                    status, found = await ask("GET", LOOKUP, params={"identity": f"phone:{v.IRYNA}"})
                    if status == 200 and when(found["timeline"]["items"]):
                        return list(found["timeline"]["items"])
                    await asyncio.sleep(0.05)

        try:
            assert await server.tell(v.TEXT) == 200
            [entry] = await timeline(lambda items: len(items) == 1)
            assert (entry["channel"], entry["text"], entry["verified"]) == ("sms", "Де моє замовлення?", True)

            reply = f"/api/v1/conversations/{entry['conversation_id']}/replies"
            server.loses_answers = True
            status, _ = await ask("POST", reply, json={"text": "Вже їде"})
            assert status < 300
            await timeline(lambda items: _states(items) == {"uncertain"})
            [sent] = server.sent
            query = "?" + urlsplit(sent["StatusCallback"]).query
            assert await server.tell(v.DELIVERED, query=query) == 200
            await timeline(lambda items: _states(items) == {"delivered"})

            server.loses_answers = False
            bill = {
                "filename": "Рахунок.pdf",
                "content_type": "application/pdf",
                "content": base64.b64encode(BILL).decode(),
            }
            status, _ = await ask("POST", reply, json={"text": "Ось рахунок", "attachments": [bill]})
            assert status == 202
            await timeline(lambda items: _states(items) == {"delivered", "sent"})
            name, link = server.sent[-1]["Body"].split("\n")
            async with http.get(link) as opened:
                assert (name, opened.status, await opened.read()) == ("Рахунок.pdf", 200, BILL)

            assert await server.tell(v.sms("STOP", sid="SM" + "2" * 32, OptOutType="STOP")) == 200
            await timeline(lambda items: any(one["type"] == "reach" for one in items))
            status, problem = await ask("POST", reply, json={"text": "Ще раз"})
            assert status == 409
            assert "blocked sms" in problem["detail"]
            assert len(server.sent) == 3
        finally:
            daemon.end()


def _states(items: list[Any]) -> set[str]:
    """Of our own messages."""
    return {one["state"] for one in items if one["type"] == "message" and one["direction"] == "out"}
