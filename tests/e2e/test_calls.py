"""A telephone system and the real daemon: a first call has its card at once, a missed one waits for an agent."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.calls import vectors as v
from tests.daemon import CONFIG, Daemon

pytestmark = pytest.mark.slow

ACCOUNT = f"""
[accounts.calls]
kind = "calls"
provider = "generic"
secret = "{v.SECRET}"
"""


async def test_card_opens_while_it_rings_and_a_missed_call_opens_an_incident(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        daemon = Daemon(tmp_path, config=CONFIG + ACCOUNT)
        await daemon.start()

        async def tell(document: dict[str, Any]) -> dict[str, Any]:
            address = f"{daemon.url}/hooks/calls/{v.SECRET}"
            async with http.post(address, data=json.dumps(document).encode()) as answer:
                assert answer.status == 200
                return dict(await answer.json())

        try:
            card, where = (await tell(v.NEW_CALL))["card"], ""
            async with asyncio.timeout(30):  # the first message of a daemon waits for its parser to start
                while not where.startswith("/customers/"):
                    async with http.get(card, headers=daemon.authorization(), allow_redirects=False) as answer:
                        assert answer.status in (303, 404)  # not yet known: the page waits a moment, and says so
                        where = answer.headers.get("Location", "")
            await tell(v.MISSED)
            async with asyncio.timeout(30):
                while True:
                    async with http.get(f"{daemon.url}/api/v1{where}", headers=daemon.authorization()) as answer:
                        found = await answer.json()
                    if len(found["incidents"]) == 1:
                        break
                    await asyncio.sleep(0.05)
        finally:
            daemon.end()

    entries = [(one["type"], one["channel"], one["text"]) for one in reversed(found["timeline"]["items"])]
    assert ("call", "call", "call started") in entries
    assert ("call", "call", "call missed") in entries
    assert [one for one in entries if one[0] == "message"] == [("message", "call", "\N{MOBILE PHONE OFF}")]
    assert [one["value"] for one in found["identities"]] == ["+380501234567"]
