"""kill -9 while people decide about outages: what was acknowledged stands, and nothing stands by half."""

import asyncio
import contextlib
import os
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import outage_reports as reports
from channelhub.pipeline.commands import outages as commands
from channelhub.store import check, messages, outages
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from channelhub.store.places import DATABASE_FILE
from tests.crash import decisions
from tests.crash.decisions import Acknowledged
from tests.daemon import CONFIG, Daemon
from tests.pipeline.workshop import Workshop, words, workshop

OUTAGES = 40
REPORTS = 8  # of each
PEOPLE = 8
KILLS = 5
BETWEEN = 20  # decisions acknowledged between two kills, at least
WANTED = {"merge", "split", "unmerge", "confirm", "dismiss"}
ACTIONS = ("confirm",) * 4 + ("monitor",) * 4 + ("merge",) * 6 + ("split",) * 10 + ("unmerge",) * 8 + ("dismiss",)
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """It looks for no outages itself: whatever becomes of them is people's doing."""
    daemon = Daemon(tmp_path, config=CONFIG.replace("[log]", "[outages]\nenabled = false\n[log]"))
    yield daemon
    daemon.end()


class People:
    """Decide at random about everything they know of, each one thing after the other."""

    def __init__(self, daemon: Daemon, before: dict[int, set[int]], chance: random.Random) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.is_up = asyncio.Event()
        self._daemon = daemon
        self._ids = list(before)
        self._members = {outage_id: sorted(ids) for outage_id, ids in before.items()}
        self._chance = chance

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._work()) for _ in range(PEOPLE)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def more(self, count: int) -> None:
        """Wait until so many more decisions are acknowledged."""
        wanted = len(self.acknowledged) + count
        await self._until(lambda: len(self.acknowledged) >= wanted)

    async def each(self) -> None:
        """Wait until each kind of decision was acknowledged at least once."""
        await self._until(lambda: {one.action for one in self.acknowledged} >= WANTED)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_so():
                await asyncio.sleep(0.002)

    async def _work(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                await self.is_up.wait()
                with contextlib.suppress(aiohttp.ClientError, ConnectionError, FileNotFoundError):
                    await self._decide(http)

    async def _decide(self, http: aiohttp.ClientSession) -> None:
        action, outage_id = self._chance.choice(ACTIONS), self._chance.choice(self._ids)
        body: dict[str, Any] = {}
        if action == "merge":
            body = {"into": str(self._chance.choice(self._ids))}
        elif action == "split":
            known = self._members[outage_id]
            body = {"messages": [str(one) for one in self._chance.sample(known, min(2, len(known)))]}
        path = f"{self._daemon.url}/api/v1/outages/{outage_id}/{action}"
        async with http.post(path, json=body, headers=self._daemon.authorization()) as answer:
            told = await answer.json()
            assert answer.status in (200, 409, 422, 503), told
        if answer.status == 200:
            self._note(action, outage_id, told)

    def _note(self, action: str, outage_id: int, told: dict[str, Any]) -> None:
        answered = int(told["id"])
        if action == "split":
            self._ids.append(answered)
            self._members[answered] = [int(one["message_id"]) for one in told["members"]]
        into = answered if action in ("merge", "split", "unmerge") else 0
        known = 0 if action == "unmerge" else outage_id
        self.acknowledged.append(Acknowledged(action=action, outage_id=known, into=into))


@pytest.mark.slow
async def test_kill_9_keeps_every_acknowledged_decision_and_leaves_none_by_half(daemon: Daemon) -> None:
    chance = random.Random(SEED)
    before = await _suspected(daemon.state_dir)
    people = People(daemon, before, chance)
    await daemon.start()
    async with people.working():
        people.is_up.set()
        for _ in range(KILLS):
            await people.more(BETWEEN)
            await asyncio.sleep(chance.uniform(0, 0.03))  # the random moment
            daemon.kill()
            people.is_up.clear()
            await daemon.start()
            people.is_up.set()
        await people.more(BETWEEN)
        await people.each()
    exit_code = daemon.stop()
    counts = decisions.check(daemon.state_dir, before, people.acknowledged)
    print(f"\nseed {SEED}: {KILLS} kills, {len(people.acknowledged)} acknowledged, made: {dict(counts)}")

    assert exit_code == 0
    assert len(people.acknowledged) >= (KILLS + 1) * BETWEEN
    assert min(counts[one] for one in WANTED) > 0
    assert (await check.check(daemon.state_dir)).damages == []


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM audit WHERE action = 'outage.confirm'",
        "DELETE FROM features WHERE message_id < 0 AND report LIKE '%split%'",
        "DELETE FROM outage_members WHERE outage_id = (SELECT max(outage_id) FROM outage_members)",
        "DELETE FROM outage_decisions WHERE decision = 'taken_in'",
        "DELETE FROM events WHERE type = 'outage.merged'",
        "UPDATE outages SET merged_into = NULL",
        "UPDATE outages SET version = version - 1 WHERE split_from IS NOT NULL",
    ],
)
async def test_the_checker_sees_what_is_lost_or_there_by_half(tmp_path: Path, damage: str) -> None:
    async with workshop(tmp_path) as shop:
        before = {ids[0]: set(ids) for ids in [await _reported(shop, number) for number in range(2)]}
        await shop.store.writer.command(lambda session: _raise(session, before, to_us(shop.clock)))
        first, second = before
        await commands.confirm(shop.acting, "ann", first)
        new = await reports.split(shop.acting, "ann", second, sorted(before[second])[:2])
        await reports.merge(shop.acting, "ann", first, second)
    done = [
        Acknowledged(action="confirm", outage_id=first),
        Acknowledged(action="split", outage_id=second, into=new.id),
        Acknowledged(action="merge", outage_id=first, into=second),
    ]
    assert sum(decisions.check(tmp_path, before, done).values()) == 3
    with sqlite3.connect(tmp_path / DATABASE_FILE) as database:
        database.execute(damage)

    with pytest.raises((AssertionError, ValueError, KeyError)):
        decisions.check(tmp_path, before, done)


async def _suspected(state_dir: Path) -> dict[int, set[int]]:
    """Outages with their reports, written while no daemon runs."""
    before: dict[int, set[int]] = {}
    async with workshop(state_dir) as shop:
        for number in range(OUTAGES):
            first = await _reported(shop, number)
            before[first[0]] = set(first)
        await shop.store.writer.command(lambda session: _raise(session, before, to_us(shop.clock)))
    return before


async def _reported(shop: Workshop, number: int) -> list[int]:
    batch = [
        await shop.delivered("shop", words(f"{number}-{n}", f"email:c{number}-{n}@example.com", "It fails."))
        for n in range(REPORTS)
    ]
    await shop.process(*batch)
    return [one.inbox_id * 1024 for one in batch]


async def _raise(session: Session, before: dict[int, set[int]], at_us: int) -> None:
    for outage_id, ids in before.items():
        members = await messages.get_many(session, sorted(ids))
        raised = Outage(
            id=outage_id, state=OutageState.SUSPECTED, version=1, title="pay", terms=("pay",), reasons=(),
            began_us=at_us, opened_us=at_us, changed_us=at_us,
        )  # fmt: skip
        await outages.save(session, [raised])
        await outages.add_members(session, outage_id, [
            Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=(), at_us=one.at_us)
            for one in members.values()
        ])  # fmt: skip
