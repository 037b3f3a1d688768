"""Real parser children and a third party's connector that does everything wrong."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.laziness import LAST_NICENESS
from channelhub.pipeline.parsing import SPARE, ParserPool
from channelhub.pipeline.wire import Reading, Task

PLUGIN = """
import ctypes, os, sys, time
import msgspec
from channelhub.content import lexicon, romanized
from channelhub.domain.inbound import Content, NewMessage
from channelhub.domain.people import Sender
from channelhub.sdk.contract import Manifest, Plugin


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def recurse(n):
    return recurse(n + 1) + recurse(n + 2)


def parse(raw):
    order = raw.body.decode()
    if order == "stall":
        time.sleep(60)
    elif order.startswith("slow"):
        time.sleep(1.2)
    elif order == "spin":
        while True:
            pass
    elif order == "recurse":
        recurse(0)
    elif order == "allocate":
        return [bytearray(2 << 30)]
    elif order == "segfault":
        ctypes.string_at(0)
    elif order == "exit":
        os._exit(3)
    elif order == "print":
        print("x" * 200_000, flush=True)
        sys.stdin.read()
    elif order == "surrogate":
        return [NewMessage(external_id="s", sender=Sender(), content=Content(text=chr(0xD800)))]
    elif order == "nonsense":
        return [NewMessage(external_id="s", sender=Sender(), content=Content(text=3))]
    elif order == "raise":
        raise KeyError(order)
    elif order == "tables":
        builds = (lexicon._tables, lexicon._problem, lexicon._working, romanized._forms, romanized._english)
        order = str([build.cache_info().currsize for build in builds])
    elif order == "many":
        return [NewMessage(external_id=str(n), sender=Sender(), content=Content()) for n in range(5000)]
    return [NewMessage(external_id=order, sender=Sender(), content=Content(text=order))]


plugin = Plugin(
    manifest=Manifest(kind="naughty", title="Naughty", config=Config, channel="naughty"),
    build=lambda config, context: None,
    parse=parse,
)
"""


@pytest.fixture(scope="module")
def third_party(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that, on PYTHONPATH, is an installed connector."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "channelhub_naughty.py").write_text(PLUGIN)
    about = folder / "channelhub_naughty-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: channelhub-naughty\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[channelhub.connectors]\nnaughty = channelhub_naughty:plugin\n")
    return folder


@pytest.fixture
async def pool(third_party: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ParserPool]:
    monkeypatch.setenv("PYTHONPATH", str(third_party))
    made = ParserPool(processes=2, kinds=["naughty"], log=structlog.get_logger())
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def task(number: int, order: str) -> Task:
    return Task(id=number, kind="naughty", raw=RawMessage(account="a", delivery_id=str(number), body=order.encode()))


async def read_all(pool: ParserPool, orders: list[str]) -> dict[str, Reading]:
    readings = await asyncio.gather(*(pool.read(task(number, order)) for number, order in enumerate(orders, 1)))
    return dict(zip(orders, readings, strict=True))


async def test_what_is_asked_before_the_children_are_up_is_answered(
    third_party: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(third_party))
    pool = ParserPool(processes=1, kinds=["naughty"], log=structlog.get_logger())
    asked = asyncio.create_task(pool.read(task(1, "early")))
    await asyncio.sleep(0)
    try:
        await pool.start()
        found = await asyncio.wait_for(asked, 60)
    finally:
        await pool.stop()

    assert _text(found) == "early"


@pytest.mark.slow
async def test_poison_is_given_up_with_its_reason_and_everything_else_is_answered(pool: ParserPool) -> None:
    poison = {
        "stall": "stalled",
        "segfault": "crashed",
        "exit": "crashed",
        "recurse": "unparseable",
        "allocate": "too-large",
        "surrogate": "defect",
        "nonsense": "defect",
        "raise": "defect",
        "many": "too-many",
    }
    orders = [f"good {number}" for number in range(120)]
    for place, order in enumerate(poison):
        orders.insert(place * 12, order)

    found = await asyncio.wait_for(read_all(pool, orders), 60)

    assert {order: found[order].failure for order in poison} == poison
    good = [found[order] for order in orders if order not in poison]
    assert [reading.failure for reading in good] == [""] * 120
    assert [_text(reading) for reading in good] == [order for order in orders if order not in poison]


def _text(reading: Reading) -> str:
    (item,) = reading.items
    assert isinstance(item, NewMessage)
    return item.content.text


async def test_a_deadly_message_is_tried_three_times_twice_of_them_alone(pool: ParserPool) -> None:
    found = await asyncio.wait_for(read_all(pool, ["segfault"]), 60)

    assert found["segfault"].failure == "crashed"
    assert pool.kills == 3


async def test_a_parser_that_prints_and_reads_spoils_nothing(pool: ParserPool) -> None:
    found = await asyncio.wait_for(read_all(pool, ["print", "good"]), 60)

    assert _text(found["print"]) == "print"
    assert _text(found["good"]) == "good"
    assert pool.kills == 0


async def test_a_slow_message_holds_up_nobody_and_is_read(pool: ParserPool) -> None:
    slow = asyncio.create_task(pool.read(task(1000, "slow")))
    quick = await asyncio.gather(*(pool.read(task(number, f"q{number}")) for number in range(30)))

    assert not slow.done()
    assert [reading.failure for reading in quick] == [""] * 30
    assert _text(await slow) == "slow"
    assert pool.kills == 0


@pytest.mark.slow
async def test_every_task_is_answered_when_children_are_killed_at_random_moments(pool: ParserPool) -> None:
    chance = random.Random(7)
    reading = asyncio.create_task(read_all(pool, [f"good {number}" for number in range(300)]))
    kills = 0
    while not reading.done() and kills < 6:
        await asyncio.sleep(chance.uniform(0.001, 0.02))
        pids = pool.pids()
        if pids:
            with suppress(ProcessLookupError):  # it died of the last kill and isn't replaced yet
                os.kill(chance.choice(pids), signal.SIGKILL)
                kills += 1
    found = await asyncio.wait_for(reading, 120)

    assert kills > 0
    assert all(not one.failure for one in found.values())
    assert len(found) == 300


async def test_a_child_is_born_with_the_tables_of_words(pool: ParserPool) -> None:
    assert _text(await pool.read(task(1, "tables"))) == "[1, 1, 1, 2, 1]"


async def test_starting_a_running_pool_again_leaves_its_children(pool: ParserPool) -> None:
    before = pool.pids()
    await pool.start()

    assert pool.pids() == before


async def test_children_come_from_one_process_that_has_no_threads(pool: ParserPool) -> None:
    parents = {_stat(pid)[1] for pid in pool.pids()}

    assert len(parents) == 1
    (nursery,) = parents
    assert int(_stat(int(nursery))[1]) == os.getpid()
    assert len(list(Path(f"/proc/{nursery}/task").iterdir())) == 1


@pytest.mark.slow
async def test_a_killed_nursery_is_replaced_and_every_task_is_answered(pool: ParserPool) -> None:
    nursery = int(_stat(pool.pids()[0])[1])
    reading = asyncio.create_task(read_all(pool, [f"good {number}" for number in range(200)]))
    os.kill(nursery, signal.SIGKILL)

    found = await asyncio.wait_for(reading, 120)

    assert {one.failure for one in found.values()} == {""}
    assert all(int(_stat(pid)[1]) != nursery for pid in pool.pids())


@pytest.mark.slow
async def test_a_message_that_stalls_yields_to_all_others(pool: ParserPool) -> None:
    before = set(pool.pids())
    stalled = asyncio.create_task(pool.read(task(1000, "spin")))
    async with asyncio.timeout(60):
        while not (set_aside := before - set(pool.pids())):
            await asyncio.sleep(0.01)
        (slow,) = set_aside
        while os.getpriority(os.PRIO_PROCESS, slow) != LAST_NICENESS:
            await asyncio.sleep(0.01)
        room = len(os.sched_getaffinity(slow)), len(os.sched_getaffinity(0))
        others = await read_all(pool, [f"good {number}" for number in range(2, 40)])

    assert {one.failure for one in others.values()} == {""}
    assert not stalled.done()
    assert room[0] < room[1] or room == (1, 1)
    assert (await asyncio.wait_for(stalled, 120)).failure == "stalled"


@pytest.mark.slow
async def test_many_slow_messages_at_once_are_all_read_with_few_children(pool: ParserPool) -> None:
    orders = [f"slow {number}" for number in range(8)]
    reading = asyncio.create_task(read_all(pool, orders))
    most = 0
    while not reading.done():
        most = max(most, len(_at_work(int(_stat(pool.pids()[0])[1]))) if pool.pids() else 0)
        await asyncio.sleep(0.02)

    assert {one.failure for one in (await reading).values()} == {""}
    assert most <= 2 + SPARE + 2  # the child for suspects, and one that is just ending


def _stat(pid: int) -> list[str]:
    """State, parent and so on of a process (proc(5), stat after the command's name)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    listed = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [one for one in listed if _is_alive(one)]


def _at_work(pid: int) -> list[int]:
    """Its children without those that were killed: one that yields to all may wait long until it is gone."""
    return [child for child in _children(pid) if not _is_killed(child)]


def _is_killed(pid: int) -> bool:
    """Whether a SIGKILL waits for it (proc(5), status: pending signals of the process, bit N - 1 for signal N)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    pending = next(line for line in status.splitlines() if line.startswith("ShdPnd:")).split()[1]
    return bool(int(pending, 16) >> (signal.SIGKILL - 1) & 1)


PARENT = """
import asyncio, structlog
from channelhub.pipeline.parsing import ParserPool

async def main():
    pool = ParserPool(processes=2, kinds=[], log=structlog.get_logger())
    await pool.start()
    print(*pool.pids(), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.slow
async def test_no_child_survives_its_parent() -> None:
    parent = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-c", textwrap.dedent(PARENT)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in (await asyncio.to_thread(parent.stdout.readline)).split()]
    parent.kill()
    await asyncio.to_thread(parent.communicate)
    async with asyncio.timeout(60):
        while any(_is_alive(pid) for pid in pids):
            await asyncio.sleep(0.02)

    assert len(pids) == 2


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
