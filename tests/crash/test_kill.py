"""kill -9 at random moments with 200 requests in flight: nothing acknowledged is lost or doubled."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelhub.store.check import check
from tests.crash import ledger
from tests.crash.load import Load
from tests.daemon import Daemon

KILLS = ("service",) * 7 + ("parser",) * 8 + ("both",) * 5
LEAST_IN_FLIGHT = 150
PATIENCE_S = 120.0
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_kill_9_loses_and_doubles_nothing_that_was_acknowledged(daemon: Daemon) -> None:
    chance = random.Random(SEED)
    victims = list(KILLS)
    chance.shuffle(victims)
    restarts_s: list[float] = []
    in_flight: list[int] = []
    await daemon.start()
    async with Load(daemon).running() as load:
        for number, victim in enumerate(victims):
            await _busy(load, (number + 1) * ledger.LEAST_ACKNOWLEDGED // len(victims))
            await asyncio.sleep(chance.uniform(0, 0.3))  # the random moment
            await _in_flight(load, LEAST_IN_FLIGHT)
            in_flight.append(load.in_flight)
            if victim != "service":
                await _kill_parser(daemon, chance)
            if victim != "parser":
                daemon.kill()
                restarts_s.append(await daemon.start())
    await ledger.check(daemon, load.acknowledged)
    exit_code = daemon.stop()
    print(
        f"\nseed {SEED}: {len(victims)} kills, {len(load.acknowledged)} acknowledged, {load.repeats} repeated, "
        f"in flight at a kill {min(in_flight)} to {max(in_flight)}, restart up to {max(restarts_s):.2f} s"
    )

    assert exit_code == 0
    assert min(in_flight) >= LEAST_IN_FLIGHT
    assert ledger.stored_ids(daemon) >= load.acknowledged
    assert (await check(daemon.state_dir)).damages == []


async def test_a_run_that_acknowledged_little_is_refused(daemon: Daemon) -> None:
    with pytest.raises(ledger.TooFew):
        await ledger.check(daemon, {f"h{number}" for number in range(ledger.LEAST_ACKNOWLEDGED - 1)})


@pytest.mark.parametrize(
    ("stored", "shown", "complaint"),
    [
        (["h1"], ["h1"], "lost"),
        (["h1", "h2", "h2"], ["h1", "h2"], "doubled"),
        (["h1", "h2"], ["h1", "h2", "h2"], "doubled"),
        (["h1", "h2"], ["h1"], "on no timeline"),
    ],
)
def test_the_checker_sees_what_is_lost_or_doubled(stored: list[str], shown: list[str], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        ledger.compare({"h1", "h2"}, stored=Counter(stored), shown=Counter(shown))


async def _busy(load: Load, count: int) -> None:
    """Wait until so many are acknowledged and every client has a request in flight."""
    deadline = time.monotonic() + PATIENCE_S
    while len(load.acknowledged) < count:
        assert time.monotonic() < deadline, f"only {len(load.acknowledged)} of {count} acknowledged in {PATIENCE_S} s"
        await asyncio.sleep(0.02)
    await _in_flight(load, load.smtp_clients + load.http_clients - 5)


async def _in_flight(load: Load, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while load.in_flight < count:
        assert time.monotonic() < deadline, f"only {load.in_flight} of {count} in flight after {PATIENCE_S} s"
        await asyncio.sleep(0.01)


async def _kill_parser(daemon: Daemon, chance: random.Random) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not (parsers := daemon.parsers()):
        assert time.monotonic() < deadline, "there is no parser child to kill"
        await asyncio.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):  # it may have ended with work done
        os.kill(chance.choice(parsers), signal.SIGKILL)
