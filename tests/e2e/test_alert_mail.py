"""Mail about events that comes back to the hub: it is kept, and ends there."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.store.places import DATABASE_FILE
from tests.daemon import CONFIG, Daemon
from tests.servers.receivers import until

pytestmark = pytest.mark.slow
TEAM = """
[alerts.team]
kind = "email"
account = "mail"
to = "team@shop.example"
events = ["message.received", "incident.opened"]
per_minute = 600
[outages]
enabled = false
"""
OWN_RELAY = """relay_host = "127.0.0.1"
relay_port = {smtp}
relay_tls = "none"
from_address = "support@shop.example"
"""


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """Its relay is itself: whatever it sends comes back as from its own address."""
    daemon = Daemon(tmp_path, config=CONFIG.replace("[accounts.shop]", f"{OWN_RELAY}[accounts.shop]") + TEAM)
    await daemon.start()
    yield daemon
    daemon.end()


async def test_mail_that_comes_back_is_an_entry_and_no_reason_for_the_next(daemon: Daemon) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number in range(1, 4):
            await _customer_writes(http, number)
            await until(lambda number=number: _mails(daemon) == 2 * number, within_s=40)
        told = await _json(http, "/api/v1/alerts?limit=100")
        incidents = [one for one in told["items"] if one["event_type"] == "incident.opened"]

    assert [one["state"] for one in told["items"]] == ["sent"] * 6  # of what customers wrote, and of nothing else
    assert len(incidents) == 3


async def _customer_writes(http: aiohttp.ClientSession, number: int) -> None:
    sender = {"identities": [{"kind": "email", "value": f"c{number}@example.com"}]}
    body = {"account": "shop", "external_id": str(number), "sender": sender, "text": "де замовлення?"}
    async with http.post("/api/v1/messages", json=body) as answer:
        assert answer.status == 202


def _mails(daemon: Daemon) -> int:
    """How many of the hub's own mails have come back and stand on a timeline."""
    path = daemon.folder / "state" / DATABASE_FILE
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reading:
        return int(reading.execute("SELECT count(*) FROM messages WHERE channel = 'email'").fetchone()[0])


async def _json(http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()
