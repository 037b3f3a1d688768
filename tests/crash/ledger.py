"""What the daemon has, asked over its public API, compared with what it acknowledged."""

import asyncio
import re
import sqlite3
import time
from collections import Counter

import aiohttp

from tests.crash.load import SENDERS
from tests.daemon import Daemon

LEAST_ACKNOWLEDGED = 5000
SETTLE_TIMEOUT_S = 180.0
_MARK = re.compile(r"\[([hm]\d+)\]")


class TooFew(AssertionError):
    """The run says nothing: too little was acknowledged."""


async def check(daemon: Daemon, acknowledged: set[str], *, least: int = LEAST_ACKNOWLEDGED) -> None:
    """Every acknowledged message is stored once, processed, and once on a timeline. Raises AssertionError.

    TooFew when fewer than `least` were acknowledged: then the run can't show anything.
    """
    if len(acknowledged) < least:
        raise TooFew(f"only {len(acknowledged)} messages were acknowledged, {least} are needed")
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        await processed(http)
        arrivals = await _arrivals(http)
        stored = Counter(_id_of(item) for item in arrivals)
        shown = Counter([mark for sender in range(SENDERS) for mark in await _timeline(http, sender)])
    compare(acknowledged, stored=stored, shown=shown)
    states = Counter(item["state"] for item in arrivals)
    assert set(states) == {"processed"}, f"not everything was processed: {states}"


def compare(acknowledged: set[str], *, stored: Counter[str], shown: Counter[str]) -> None:
    """Raises AssertionError for what is lost or doubled, in the inbox or on the timelines."""
    lost = acknowledged - stored.keys()
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged messages are lost: {sorted(lost)[:10]}"
    doubled = {one for places in (stored, shown) for one, count in places.items() if count > 1}
    assert not doubled, f"{len(doubled)} messages are doubled: {sorted(doubled)[:10]}"
    absent = acknowledged - shown.keys()
    assert not absent, f"{len(absent)} acknowledged messages are on no timeline: {sorted(absent)[:10]}"


def stored_ids(daemon: Daemon) -> set[str]:
    """The ids in the database of a daemon that doesn't run. Raises sqlite3.DatabaseError when it can't be read."""
    connection = sqlite3.connect(daemon.state_dir / "channelhub.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute("SELECT account, delivery_id, message_ref FROM inbox")
        return {_id_of({"account": row[0], "external_id": row[1], "message_id": row[2]}) for row in rows}
    finally:
        connection.close()


def _id_of(item: dict[str, str]) -> str:
    return item["external_id"] if item["account"] == "shop" else item["message_id"].strip("<>").partition("@")[0]


async def processed(http: aiohttp.ClientSession) -> None:
    """Wait until nothing is left for the pipeline."""
    deadline = time.monotonic() + SETTLE_TIMEOUT_S
    waiting = None
    while time.monotonic() < deadline:
        waiting = sum(item["state"] == "received" for item in await _arrivals(http))
        if not waiting:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{waiting} deliveries are still unprocessed after {SETTLE_TIMEOUT_S:g} s")


async def _arrivals(http: aiohttp.ClientSession) -> list[dict[str, str]]:
    items: list[dict[str, str]] = []
    after = "0"
    while True:
        async with http.get("/api/v1/messages", params={"after": after, "limit": "1000"}) as answer:
            assert answer.status == 200, await answer.text()
            page = await answer.json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = page["next"]


async def _timeline(http: aiohttp.ClientSession, sender: int) -> list[str]:
    """The marks of a customer's messages, one for each entry."""
    identity = {"identity": f"email:c{sender}@example.com"}
    async with http.get("/api/v1/customers/lookup", params=identity) as answer:
        assert answer.status == 200, await answer.text()
        customer = (await answer.json())["customer"]["id"]
    marks: list[str] = []
    before = ""
    while True:
        query = {"limit": "1000", **({"before": before} if before else {})}
        async with http.get(f"/api/v1/customers/{customer}/timeline", params=query) as answer:
            assert answer.status == 200, await answer.text()
            page = await answer.json()
        marks += [match[1] for item in page["items"] if (match := _MARK.search(item.get("text") or ""))]
        if page["next"] is None:
            return marks
        before = page["next"]
