"""People merge, split and move; the tables say so at once, the detector hears of it in order, restarts agree."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import from_us
from channelhub.pipeline import grouping
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import outage_reports as reports
from channelhub.pipeline.commands import outages as commands
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, NotFound
from channelhub.store import outages
from tests.outage.traffic import REPORTS, START_US, Traffic
from tests.pipeline.test_grouping import HOURS, _process, _until, day, grouped, newest, raised, read_up_to
from tests.pipeline.workshop import Workshop, workshop

MINUTE_US = 60_000_000
LIFT_US = START_US + 6 * 3600 * 1_000_000
OVEN_US = LIFT_US + 10 * MINUTE_US
LATER_US = START_US + HOURS * 3600 * 1_000_000
OVEN = ("oven smokes badly", "my oven smokes", "oven smokes since morning", "the oven smokes again")


def _reports(texts: Sequence[str], at_us: int, count: int, traffic: Traffic) -> list[tuple[int, str]]:
    return [(at_us + n * MINUTE_US, f"{texts[n % len(texts)]} {traffic.filler(2)}") for n in range(count)]


async def _fill(shop: Workshop) -> None:
    """A working day with two faults in it; both are raised."""
    traffic = Traffic(3)
    said = [
        (report.at_us, f"{' '.join(report.features.terms)} {traffic.filler(4)}")
        for report in traffic.background(HOURS, per_hour=30, from_us=START_US)
    ]
    said += _reports(REPORTS["en"], LIFT_US, 15, traffic) + _reports(OVEN, OVEN_US, 15, traffic)
    said.sort()
    for start in range(0, len(said), 100):
        await _process(shop, said[start : start + 100], start)
    async with grouped(shop):
        await read_up_to(shop, await newest(shop))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with two open outages."""
    folder = tmp_path_factory.mktemp("two")

    async def make() -> None:
        async with workshop(folder) as shop:
            shop.clock = from_us(LATER_US)
            await _fill(shop)

    asyncio.run(make())
    return folder


async def _both(shop: Workshop) -> tuple[int, int]:
    lift, oven = sorted(row["id"] for row in await shop.rows("SELECT id FROM outages WHERE closed_us IS NULL"))
    return lift, oven


async def _members(shop: Workshop, outage_id: int) -> list[int]:
    rows = await shop.rows(f"SELECT message_id FROM outage_members WHERE outage_id = {outage_id} ORDER BY message_id")
    return [row["message_id"] for row in rows]


async def _row(shop: Workshop, outage_id: int) -> dict[str, Any]:
    return (await shop.rows(f"SELECT * FROM outages WHERE id = {outage_id}"))[0]


async def _events(shop: Workshop) -> list[str]:
    return [row["type"] for row in await shop.rows("SELECT type FROM events WHERE type LIKE 'outage.%' ORDER BY id")]


async def test_a_merge_gives_all_reports_to_the_one_that_stays(two: Path, tmp_path: Path) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        every = sorted({*await _members(shop, lift), *await _members(shop, oven)})
        await commands.confirm(shop.acting, "agent:a", lift)
        whole = await reports.merge(shop.acting, "agent:a", lift, oven)
        gone, told = await _row(shop, lift), await _events(shop)
        audit = await shop.rows("SELECT actor, action, target, detail FROM audit ORDER BY id DESC LIMIT 1")

        assert (whole.id, whole.state) == (oven, OutageState.CONFIRMED)
        assert await _members(shop, oven) == every
        assert (gone["state"], gone["merged_into"]) == ("resolved", oven)
        assert told[-2:] == ["outage.merged", "outage.confirmed"]
        assert audit == [
            {"actor": "agent:a", "action": "outage.merge", "target": str(lift), "detail": f'{{"into":"{oven}"}}'}
        ]


async def test_a_merge_is_taken_back_with_the_reports_it_brought(two: Path, tmp_path: Path) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        before = await _members(shop, lift), await _members(shop, oven)
        await reports.merge(shop.acting, "agent:a", lift, oven)
        again = await reports.unmerge(shop.acting, "agent:a", lift)
        with pytest.raises(CommandRefused, match="not merged"):
            await reports.unmerge(shop.acting, "agent:a", lift)
        async with grouped(shop) as stage:
            await read_up_to(shop, await newest(shop))
            await _until(lambda: stage.seq > 0)
            held = {one.outage_id: sorted(one.members) for one in stage._detector.outages}

        assert again.state is OutageState.SUSPECTED
        assert (await _members(shop, lift), await _members(shop, oven)) == before
        assert held == {lift: before[0], oven: before[1]}


async def test_a_split_is_a_new_outage_named_by_one_of_its_reports(two: Path, tmp_path: Path) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        taken = (await _members(shop, lift))[:5]
        await commands.confirm(shop.acting, "agent:a", lift)
        new = await reports.split(shop.acting, "agent:a", lift, taken)
        told = await _events(shop)

        assert new.id == taken[0]
        assert (new.state, new.split_from) == (OutageState.CONFIRMED, lift)
        assert "elevator" in new.terms
        assert "elevator" in new.title.lower()
        assert await _members(shop, new.id) == taken
        assert not set(taken) & set(await _members(shop, lift))
        assert told[-3:] == ["outage.split", "outage.suspected", "outage.confirmed"]
        with pytest.raises(CommandRefused, match="nothing would be left"):
            await reports.split(shop.acting, "agent:a", new.id, taken)
        with pytest.raises(CommandRefused, match="no report"):
            await reports.split(shop.acting, "agent:a", oven, taken)


async def test_a_message_moved_out_is_kept_out_by_the_tables_too(two: Path, tmp_path: Path) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        moved = (await _members(shop, oven))[0]
        await reports.move_out(shop.acting, "agent:a", oven, moved)
        row = {"message_id": moved, "identity_id": 1, "weight": 1.0, "reasons": (), "at_us": 1}
        await shop.store.writer.command(lambda session: outages.add_members(session, oven, [outages.Member(**row)]))
        out = await _members(shop, oven)
        await reports.move_in(shop.acting, "agent:a", lift, moved)
        within = await _members(shop, lift)
        back = await reports.move_in(shop.acting, "agent:a", oven, moved)
        same = await reports.move_in(shop.acting, "agent:a", oven, moved)

        assert moved not in out
        assert moved in within
        assert moved in await _members(shop, oven)
        assert moved not in await _members(shop, lift)
        assert same.version == back.version


async def test_what_cannot_be_done_is_refused_and_changes_nothing(two: Path, tmp_path: Path) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        known, before = await _row(shop, lift), await raised(shop)
        with pytest.raises(Conflict):
            await reports.merge(shop.acting, "agent:a", lift, oven, version=known["version"] + 1)
        with pytest.raises(CommandRefused, match="itself"):
            await reports.merge(shop.acting, "agent:a", lift, lift)
        with pytest.raises(NotFound):
            await reports.merge(shop.acting, "agent:a", lift, 1)
        with pytest.raises(NotFound):
            await reports.move_in(shop.acting, "agent:a", lift, 5)
        with pytest.raises(CommandRefused):
            await reports.move_out(shop.acting, "agent:a", lift, 5)
        assert await raised(shop) == before
        await commands.resolve(shop.acting, "agent:a", oven)
        with pytest.raises(CommandRefused, match="only an open one"):
            await reports.merge(shop.acting, "agent:a", lift, oven)


async def test_reports_of_an_outage_merged_before_the_detector_hears_of_it_go_where_it_went(
    two: Path, tmp_path: Path
) -> None:
    async with day(two, tmp_path) as shop:
        lift, oven = await _both(shop)
        await _process(shop, _reports(REPORTS["en"], LATER_US, 4, Traffic(9)), 5000)
        await reports.merge(shop.acting, "agent:a", lift, oven)
        before = len(await _members(shop, lift))
        async with grouped(shop):
            await read_up_to(shop, await newest(shop))

        assert len(await _members(shop, lift)) == before
        assert len(await _members(shop, oven)) == 30 + 4


@pytest.mark.parametrize("action", ["monitor", "resolve"])
async def test_an_outage_said_to_be_mended_that_goes_on_is_confirmed_again(
    two: Path, tmp_path: Path, action: str
) -> None:
    async with day(two, tmp_path) as shop:
        lift, _ = await _both(shop)
        await commands.confirm(shop.acting, "agent:a", lift)
        changed = await getattr(commands, action)(shop.acting, "agent:a", lift)
        stuck = REPORTS["en"][::2]
        await _process(shop, _reports(stuck, LATER_US + 20 * MINUTE_US, 4, Traffic(9)), 5000)
        async with grouped(shop):
            await read_up_to(shop, await newest(shop))
        again, told = await _row(shop, lift), await _events(shop)
        (why,) = await shop.rows(
            f"SELECT customers FROM outage_decisions WHERE outage_id = {lift} AND decision IN ('returned', 'reopened')"
        )

    assert (again["state"], again["closed_us"], again["version"]) == ("confirmed", None, changed.version + 1)
    assert told.count("outage.confirmed") == 2
    assert ("outage.reopened" in told) == (action == "resolve")
    assert why["customers"] == 3


async def _decide_much(shop: Workshop) -> None:
    """Everything that people do, between reports that the detector has not heard of yet."""
    traffic = Traffic(11)
    lift, oven = await _both(shop)
    await reports.merge(shop.acting, "agent:a", oven, lift)
    await _process(shop, _reports(OVEN, LATER_US, 6, traffic), 6000)
    await reports.move_out(shop.acting, "agent:a", lift, (await _members(shop, lift))[2])
    new = await reports.split(shop.acting, "agent:a", lift, (await _members(shop, lift))[10:14], title="the lift")
    await _process(shop, _reports(REPORTS["en"], LATER_US + 10 * MINUTE_US, 6, traffic), 6100)
    await reports.unmerge(shop.acting, "agent:a", oven)
    await reports.move_in(shop.acting, "agent:a", oven, (await _members(shop, new.id))[0])
    await commands.monitor(shop.acting, "agent:a", lift)
    await commands.dismiss(shop.acting, "agent:a", new.id)
    await _process(shop, _reports((*REPORTS["en"], *OVEN), LATER_US + 20 * MINUTE_US, 20, traffic), 6200)
    shop.clock += timedelta(minutes=45)


@pytest.fixture(scope="module")
def decided(two: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decided")

    async def make() -> None:
        async with day(two, folder) as shop:
            await _decide_much(shop)

    asyncio.run(make())
    return folder


@pytest.fixture(scope="module")
def uninterrupted(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def run() -> dict[str, Any]:
        async with day(decided, tmp_path_factory.mktemp("steady")) as shop, grouped(shop):
            await read_up_to(shop, await newest(shop))
            return await raised(shop)

    return asyncio.run(run())


def test_later_reports_find_the_outages_as_people_left_them(uninterrupted: dict[str, Any]) -> None:
    states = {row["title"][:8]: row["state"] for row in uninterrupted["outages"]}

    assert len(uninterrupted["outages"]) == 3
    assert states["the lift"] == "dismissed"
    assert len(uninterrupted["members"]) >= 40


@pytest.mark.parametrize("after", [(1,), (6, 8), (14,), (2, 5, 9, 13, 18, 25, 30)])
async def test_stopped_and_started_between_decisions_it_raises_the_same(
    decided: Path, tmp_path: Path, uninterrupted: dict[str, Any], after: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "ROWS", 3)
    monkeypatch.setattr(grouping, "SNAPSHOT_US", 0 if len(after) > 1 else 3600_000_000)
    async with day(decided, tmp_path) as shop:
        async with shop.store.readers.read() as session:
            start = (await outages.checkpoint(session)).seq
        for rows in after:
            async with grouped(shop):
                await read_up_to(shop, start + rows)
        async with grouped(shop, Bell()):
            await read_up_to(shop, await newest(shop))
        found = await raised(shop)

    assert found == uninterrupted
