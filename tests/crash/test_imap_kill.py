"""A mailbox of 10,000 mails is drained exactly once while the daemon is killed with -9 ten times."""

import asyncio
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.store.check import check
from tests.daemon import Daemon
from tests.servers.dovecot import PASSWORD, USER, Dovecot, dovecot, numbered

MAILS = 10_000
KILLS = 10
DEADLINE_S = 120.0
_MARK = re.compile(r"\[(m\d+)\]")

CONFIG = """
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{{http}}"
public_url = "http://127.0.0.1:{{http}}"
[replies]
acknowledge = false
[log]
format = "json"
level = "info"
[accounts.mailbox]
kind = "imap"
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{user}"
password = "{password}"
since = "all"
completeness_interval_s = 2.0
poll_interval_s = 2.0
"""


@pytest.mark.slow
async def test_a_mailbox_is_drained_exactly_once_through_ten_kills(tmp_path: Path) -> None:
    async with dovecot() as server:
        await asyncio.to_thread(server.deliver_many, list(numbered(MAILS)))
        daemon = Daemon(tmp_path, config=config_of(server))
        killed_at: list[int] = []
        try:
            for _ in range(KILLS):
                daemon.spawn()
                # Somewhere in the next tenth of the mailbox, wherever a commit or a fetch is then.
                await _stored(daemon, (killed_at[-1] if killed_at else 0) + random.SystemRandom().randint(10, 900))
                killed_at.append(_count(daemon))
                daemon.kill()
            await daemon.start()
            await _stored(daemon, MAILS)
            await _processed(daemon)
        finally:
            daemon.end()
        print(f"\nkilled when {killed_at} of {MAILS} mails were stored")

        assert killed_at[-1] < MAILS, "the last kill came too late to show anything"
        rows = _rows(daemon, "SELECT delivery_id, message_ref FROM inbox")
        assert len(rows) == MAILS
        assert len({delivery_id for delivery_id, _ in rows}) == MAILS
        assert {ref for _, ref in rows} == {f"{number}@example.com" for number in range(1, MAILS + 1)}
        shown = Counter(_rows(daemon, "SELECT external_id FROM messages"))
        assert len(shown) == MAILS
        assert max(shown.values()) == 1, "a mail stands twice on the timelines"
        assert (await check(daemon.state_dir)).damages == []


@pytest.mark.slow
async def test_a_row_that_is_lost_shows_as_a_gap_of_one_and_comes_back(tmp_path: Path) -> None:
    async with dovecot() as server:
        server.deliver_many(list(numbered(50)))
        daemon = Daemon(tmp_path, config=config_of(server))
        try:
            await daemon.start()
            await _stored(daemon, 50)
            whole = await _completeness(daemon, lambda found: found["listed"] == 50)
            await _processed(daemon)
            daemon.stop()
            with sqlite3.connect(daemon.state_dir / "channelhub.db") as connection:
                connection.execute("PRAGMA foreign_keys = OFF")
                connection.execute("DELETE FROM inbox WHERE message_ref = '7@example.com'")
            connection.close()
            await daemon.start()
            mended = await _completeness(daemon, lambda found: found["last_gap"] == 1 and found["gap"] == 0)
            await _stored(daemon, 50)
        finally:
            daemon.stop()

        assert (whole["gap"], whole["last_gap"]) == (0, 0)
        assert mended["listed"] == 50
        assert any('"missing": 1' in line and "imap.gap" in line for line in daemon.log.read_text().splitlines())
        rows = _rows(daemon, "SELECT message_ref FROM inbox")
        assert sorted(Counter(rows).values()) == [1] * 50
        assert len(_rows(daemon, "SELECT id FROM messages")) == 50, "the repaired mail stands twice on the timeline"


def config_of(server: Dovecot) -> str:
    return CONFIG.format(port=server.port, user=USER, password=PASSWORD)


def _rows(daemon: Daemon, query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(f"file:{daemon.state_dir / 'channelhub.db'}?mode=ro", uri=True, timeout=10)
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


def _count(daemon: Daemon) -> int:
    try:
        [(count,)] = _rows(daemon, "SELECT count(*) FROM inbox")
    except sqlite3.OperationalError:  # it isn't there yet
        return 0
    return int(count)


async def _stored(daemon: Daemon, count: int) -> None:
    await _until(lambda: _count(daemon) >= count, f"{count} mails are stored", daemon)


async def _processed(daemon: Daemon) -> None:
    await _until(lambda: _rows(daemon, "SELECT count(*) FROM pending") == [(0,)], "everything is processed", daemon)


async def _until(claim: Callable[[], bool], what: str, daemon: Daemon) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not claim():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S:g} s: {what}\n{daemon.log.read_text()[-2000:]}"
        await asyncio.sleep(0.01)


async def _completeness(daemon: Daemon, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What the API says of the account's completeness, once it is what is wanted."""
    deadline = time.monotonic() + DEADLINE_S
    found: dict[str, Any] | None = None
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        while time.monotonic() < deadline:
            async with http.get("/api/v1/connectors") as answer:
                [found] = [one["completeness"] for one in (await answer.json())["items"]]
            if found is not None and wanted(found):
                return found
            await asyncio.sleep(0.02)
    raise AssertionError(f"the account's completeness stays {found}")
