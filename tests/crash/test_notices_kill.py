"""kill -9 while customers are told of an outage, again and again: nobody is told twice, everybody is accounted for."""

import asyncio
import os
import random
import smtplib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.store import messages, outages
from channelhub.store.database import Session
from channelhub.store.opening import open_store
from channelhub.store.outages import Member, Outage
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import get, processed

CUSTOMERS = 60
KILLS = 5
OUTAGE = 4711
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
RELAYED = """kind = "smtp"
from_address = "help@example.org"
relay_host = "127.0.0.1"
relay_port = RELAY
relay_tls = "none"
"""


class SlowKeeper(Keeper):
    """Takes its time, so that a kill comes in the middle of something."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.03)
        return answer


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    async with relay(SlowKeeper()) as kept:
        yield kept


@pytest.fixture
async def daemon(tmp_path: Path, keeper: Keeper) -> AsyncIterator[Daemon]:
    relayed = CONFIG.replace('kind = "smtp"\n', RELAYED.replace("RELAY", str(keeper.port)))
    daemon = Daemon(tmp_path, config=relayed.replace("[log]", "[notices]\nper_minute = 60000\n[log]"))
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_kill_9_tells_nobody_twice_and_forgets_nobody(daemon: Daemon, keeper: Keeper) -> None:
    chance = random.Random(SEED)
    await _report(daemon)
    daemon.stop()
    await _raise_outage(daemon.state_dir)
    await daemon.start()
    notice_id = await _approved(daemon)
    for _ in range(KILLS):
        begun = len(keeper.mails)
        await _more_than(keeper, begun + chance.randrange(1, 4))
        daemon.kill()
        await daemon.start()
    counts = await _settled(daemon, notice_id)
    received = Counter(recipient for _, recipients, _ in keeper.mails for recipient in recipients)
    troubled = {one["address"] for one in get(daemon, f"/notices/{notice_id}")["troubled"]}
    print(f"\nseed {SEED}: {KILLS} kills, {counts}, {len(received)} mails arrived")

    assert set(received.values()) == {1}
    assert set(counts) <= {"sent", "uncertain"}
    assert sum(counts.values()) == CUSTOMERS
    assert len(troubled) == counts.get("uncertain", 0)
    assert set(received) | troubled == {f"c{number}@example.com" for number in range(CUSTOMERS)}


async def _report(daemon: Daemon) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port) as client:
        for number in range(CUSTOMERS):
            text = f"From: c{number}@example.com\r\nSubject: pay\r\nMessage-ID: <{number}@x>\r\n\r\nIt fails.\r\n"
            client.sendmail(f"c{number}@example.com", ["help@example.org"], text)
    await processed(daemon, count=CUSTOMERS, within_s=60)


async def _raise_outage(state_dir: Path) -> None:
    """An outage of all there is, written while no daemon runs."""
    store = await open_store(state_dir, now=datetime.now(UTC), on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())
    at_us = to_us(datetime.now(UTC))
    raised = Outage(
        id=OUTAGE, state=OutageState.CONFIRMED, version=1, title="pay", terms=("pay",), reasons=(),
        began_us=at_us, opened_us=at_us, changed_us=at_us,
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [raised])
        reports = await messages.get_many(session, [number * 1024 for number in range(1, CUSTOMERS + 1)])
        members = [
            Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=(), at_us=one.at_us)
            for one in reports.values()
        ]
        assert len(members) == CUSTOMERS
        await outages.add_members(session, OUTAGE, members)

    await store.writer.command(write)
    await store.writer.stop()
    await writing
    await store.close()


async def _approved(daemon: Daemon) -> str:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        async with http.post(f"/api/v1/outages/{OUTAGE}/notices", json={}) as answer:
            made = await answer.json()
            assert answer.status == 201, made
        async with http.post(f"/api/v1/notices/{made['id']}/approve") as answer:
            assert answer.status == 200
    assert made["audience"]["customers"] == CUSTOMERS
    return str(made["id"])


async def _more_than(keeper: Keeper, count: int) -> None:
    async with asyncio.timeout(60):
        while len(keeper.mails) < min(count, CUSTOMERS - KILLS):
            await asyncio.sleep(0.002)


async def _settled(daemon: Daemon, notice_id: str) -> dict[str, int]:
    """How many addresses are in each state, as soon as nothing is under way."""
    async with asyncio.timeout(60):
        while True:
            counts: dict[str, int] = get(daemon, f"/notices/{notice_id}")["counts"]
            if sum(counts.values()) == CUSTOMERS and not {"queued", "sending"} & set(counts):
                return counts
            await asyncio.sleep(0.1)
