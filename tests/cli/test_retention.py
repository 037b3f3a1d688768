"""`channelhub retention preview`, and a real daemon that lets old messages go, killed meanwhile."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from channelhub.store.hub import MESSAGES_KEPT
from channelhub.store.places import DATABASE_FILE
from tests.cli.executable import called
from tests.cli.test_erase import ask, post
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import processed
from tests.erasure import traces

pytestmark = pytest.mark.slow
YEAR_US = 365 * 24 * 3600 * 1_000_000
RULE = '[[retention.messages]]\nchannel = "api"\ndays = 100\nkeep_open = false\n'


def run(daemon: Daemon, *args: str) -> tuple[int, str]:
    done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
    return done.returncode, done.stdout + done.stderr


def _grow_older(state_dir: Path) -> None:
    """All that came in came a year earlier, and the rules stand for a year."""
    with sqlite3.connect(state_dir / DATABASE_FILE) as database:
        database.execute("UPDATE inbox SET received_us = received_us - ?", (YEAR_US,))
        database.execute("UPDATE messages SET received_us = received_us - ?", (YEAR_US,))
        (text,) = database.execute("SELECT value FROM hub_facts WHERE name = ?", (MESSAGES_KEPT,)).fetchone()
        known = json.loads(text)
        known["since_us"] -= YEAR_US
        database.execute("UPDATE hub_facts SET value = ? WHERE name = ?", (json.dumps(known), MESSAGES_KEPT))
    database.close()


async def _kept(daemon: Daemon) -> Any:
    return (await asyncio.to_thread(ask, daemon, "GET", "/retention"))[1]["messages"]


async def test_old_messages_go_beside_a_daemon_that_is_killed(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, config=CONFIG + RULE)
    await daemon.start()
    for number in range(40):
        await asyncio.to_thread(post, daemon, number, "zebra.ann@example.com")
    await processed(daemon, count=40)
    async with asyncio.timeout(30):
        while await _kept(daemon) is None:
            await asyncio.sleep(0.1)
    before = run(daemon, "retention", "preview", "--json")
    daemon.end()
    _grow_older(daemon.state_dir)
    would = run(daemon, "retention", "preview", "--json")
    shown = run(daemon, "retention", "preview")
    tried = run(daemon, "retention", "preview", "--days", "30000", "--json")
    await daemon.start()
    async with asyncio.timeout(60):
        while not (await _kept(daemon))["began_at"]:
            await asyncio.sleep(0.02)
    daemon.kill()
    await daemon.start()
    async with asyncio.timeout(60):
        while not (kept := await _kept(daemon))["ended_at"]:
            await asyncio.sleep(0.1)
    doctor = run(daemon, "doctor")
    daemon.end()

    assert [one["messages"] for one in json.loads(before[1])["items"] if one["account"] == "shop"] == [0]
    assert [one["messages"] for one in json.loads(would[1])["items"] if one["account"] == "shop"] == [40]
    assert "40 messages would go." in shown[1]
    assert [one["messages"] for one in json.loads(tried[1])["items"] if one["account"] == "shop"] == [0]
    assert kept["removed"] == 40
    assert "messages by 1 rules that act from" in doctor[1]
    assert list(traces(daemon.state_dir, ("zebrabody",))) == []
    assert run(daemon, "fsck")[0] == 0


def test_without_rules_nothing_would_go(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / DATABASE_FILE).touch()

    assert "kept for ever" in run(daemon, "retention", "preview")[1]
    assert run(daemon, "retention", "preview", "--account", "shop")[0] == 64
