"""replay and parked as a person runs them, beside a real daemon and without one."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from channelhub.domain.raw import RawMessage
from channelhub.store.inbox import Delivery
from channelhub.store.opening import open_store
from channelhub.store.places import DATABASE_FILE
from tests.cli.executable import called
from tests.daemon import Daemon

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.end()


def run(daemon: Daemon, *args: str) -> tuple[int, str, str]:
    done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
    return done.returncode, done.stdout, done.stderr


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


async def store_unreadable(daemon: Daemon) -> None:
    """A delivery to the API account that its parser refuses, as an older release might have taken it."""
    daemon.state_dir.mkdir(exist_ok=True)
    store = await open_store(daemon.state_dir, now=NOW, on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())
    raw = RawMessage(account="shop", delivery_id="odd", body=b"Subject: lamp\n\nnot JSON")
    await store.writer.deliver(
        Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="shop", received_at=datetime.now(UTC))
    )
    await store.writer.stop()
    await writing
    await store.close()


async def post_and_wait(daemon: Daemon, count: int) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number in range(count):
            message = {"account": "shop", "external_id": f"m{number}", "text": "late", "order_id": "17"}
            async with http.post("/api/v1/messages", json=message) as answer:
                assert answer.status == 202
        async with asyncio.timeout(60):
            while True:
                async with http.get("/api/v1/messages") as answer:
                    states = [one["state"] for one in (await answer.json())["items"]]
                if "received" not in states:
                    return
                await asyncio.sleep(0.02)


async def tried(daemon: Daemon, times: int) -> None:
    """Wait until the one parked delivery was read so often."""
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http, asyncio.timeout(60):
        while True:
            async with http.get("/api/v1/parked") as answer:
                (one,) = (await answer.json())["items"]
            if one["attempts"] >= times:
                return
            await asyncio.sleep(0.02)


def damage(daemon: Daemon) -> None:
    """As if an older parser had not seen the order of two messages."""
    with sqlite3.connect(daemon.state_dir / DATABASE_FILE) as database:
        database.execute("UPDATE messages SET order_id = '' WHERE external_id IN ('m1', 'm2')")
    database.close()


def orders(daemon: Daemon) -> list[str]:
    database = sqlite3.connect(daemon.state_dir / DATABASE_FILE)
    found = [row[0] for row in database.execute("SELECT order_id FROM messages ORDER BY id")]
    database.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("is_running", [True, False])
async def test_replay_shows_the_differences_first_and_then_writes_them(daemon: Daemon, is_running: bool) -> None:
    await daemon.start()
    await post_and_wait(daemon, 4)
    daemon.stop()
    damage(daemon)
    if is_running:
        await daemon.start()
    dry = run(daemon, "replay", "--dry-run", "--json")
    after_dry = orders(daemon)
    told = run(daemon, "replay")
    again = run(daemon, "replay", "--json", "--account", "shop", "--since", "2026-01-01")
    unknown = run(daemon, "replay", "--account", "nobody")

    assert dry[0] == told[0] == again[0] == 0, (dry, told, again)
    assert [one.get("differences") for one in lines(dry[1])[:-1]] == [
        [{"field": "order_id", "before": "", "after": "17"}]
    ] * 2
    assert lines(dry[1])[-1] == {"summary": {"deliveries": 4, "changed": 2, "unreadable": 0}, "dry_run": True}
    assert after_dry == ["17", "", "", "17"]
    assert "order_id: - → 17" in told[1]
    assert "4 deliveries read again, 2 messages changed." in told[1]
    assert orders(daemon) == ["17"] * 4
    assert lines(again[1]) == [{"summary": {"deliveries": 4, "changed": 0, "unreadable": 0}, "dry_run": False}]
    assert unknown[0] == 64


@pytest.mark.slow
async def test_what_is_parked_is_listed_shown_and_read_again(daemon: Daemon) -> None:
    await store_unreadable(daemon)
    await daemon.start()
    await post_and_wait(daemon, 1)
    listed = run(daemon, "parked", "list", "--json")
    (one,) = json.loads(listed[1])["items"]
    shown = run(daemon, "parked", "show", one["id"])
    retried = run(daemon, "parked", "retry", one["id"])
    await tried(daemon, 2)
    daemon.stop()
    offline = run(daemon, "parked", "list")
    queued = run(daemon, "parked", "retry", "--all", "--json")
    missing = run(daemon, "parked", "retry", "999424")
    bare = run(daemon, "parked", "retry")
    await daemon.start()
    await tried(daemon, 3)

    assert one["reason"] == "unparseable"
    assert one["salvage"] == {"subject": "lamp"}
    assert "not JSON in UTF-8" in shown[1]
    assert retried[:2] == (0, "1 will be read again.\n")
    assert "lamp" in offline[1]
    assert json.loads(queued[1]) == {"retried": [one["id"]]}
    assert (missing[0], "Nothing is parked under this id." in missing[2]) == (1, True)
    assert bare[0] == 64
