"""Outages are raised from the tables, and a restart at any row raises exactly what an uninterrupted run raises."""

import asyncio
import json
import shutil
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from channelhub.content.features import FEATURES_VERSION, is_concept
from channelhub.domain.outages import OutageState
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.raw import RawMessage
from channelhub.domain.times import from_us
from channelhub.pipeline import grouping
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import outages as commands
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, NotFound
from channelhub.pipeline.grouping import GroupingStage
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules.outage.reasons import SharedTerms, decoded
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.store import outages
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.store.writer import Lane
from tests.outage.traffic import REPORTS, START_US, Traffic
from tests.pipeline.workshop import Workshop, handle, read_by_hand, words, workshop

#: Votes become history after two hours, so that a day's history is enough.
RULES = OutageRules(quiet_hours=5.0, windows_min=(5, 20, 60, 120), cold_days=0.1, cold_messages=50)
HOURS = 8
OUTAGE_US = START_US + 6 * 3600 * 1_000_000


async def fill(shop: Workshop) -> None:
    """A working day of ordinary messages with a fault in it, processed as messages are."""
    traffic = Traffic(3)
    said: list[tuple[int, str]] = [
        (report.at_us, f"{' '.join(report.features.terms)} {traffic.filler(4)}")
        for report in traffic.background(HOURS, per_hour=30, from_us=START_US)
    ]
    faults = [
        (OUTAGE_US + number * 90_000_000, f"{REPORTS['en'][number % 6]} {traffic.filler(2)}") for number in range(20)
    ]
    said = sorted([*said, *faults])
    for start in range(0, len(said), 100):
        await _process(shop, said[start : start + 100], start)


async def _process(shop: Workshop, said: Sequence[tuple[int, str]], start: int, **changes: Any) -> None:
    raws = [RawMessage(account="bot", delivery_id=f"u{start + n}", body=b"x") for n in range(len(said))]
    delivery = Delivery(
        raws=raws, blobs=[""] * len(raws), cursor=None, cursor_account="bot", received_at=from_us(said[-1][0])
    )
    receipts = await shop.store.writer.deliver(delivery)
    batch = []
    for number, (receipt, raw, (at_us, text)) in enumerate(zip(receipts, raws, said, strict=True), start):
        sender = Sender(handles=(handle(f"telegram:{number}", Evidence.CHANNEL_ID),))
        message = words(f"c{number}", sender, text, minutes=0, **changes)
        batch.append(read_by_hand(receipt.inbox_id, raw, from_us(at_us), [message]))
    await shop.process(*batch)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the day in it, not grouped yet."""
    folder = tmp_path_factory.mktemp("day")

    async def make() -> None:
        async with workshop(folder) as shop:
            await fill(shop)

    asyncio.run(make())
    return folder


@asynccontextmanager
async def day(filled: Path, folder: Path) -> AsyncIterator[Workshop]:
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    async with workshop(folder) as shop:
        shop.clock = from_us(START_US) + timedelta(hours=HOURS)
        yield shop


@asynccontextmanager
async def grouped(
    shop: Workshop, bell: Bell | None = None, life: LifeRules | None = None
) -> AsyncIterator[GroupingStage]:
    stage = GroupingStage(
        shop.store, RULES, life=life or LifeRules(), processed=bell or Bell(), grouped=Bell(),
        now=lambda: shop.clock, log=structlog.get_logger(),
    )  # fmt: skip
    task = asyncio.create_task(stage.run())
    try:
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _older(encoded: str) -> str:
    """The report as a release stored it whose table knew no concept and no word of failing."""
    report = msgspec.json.decode(encoded, type=Report)
    stems = tuple(term for term in report.features.terms if not is_concept(term))
    older = replace(
        report.features, version=FEATURES_VERSION - 1, terms=stems, problem=min(report.features.problem, 0.5)
    )
    return msgspec.json.encode(replace(report, features=older)).decode()


async def read_up_to(shop: Workshop, seq: int) -> None:
    async with asyncio.timeout(60):
        while True:
            async with shop.store.readers.read() as session:
                if (await outages.checkpoint(session)).seq >= seq:
                    return
            await asyncio.sleep(0.002)


async def newest(shop: Workshop) -> int:
    async with shop.store.readers.read() as session:
        return await outages.newest_seq(session)


async def raised(shop: Workshop) -> dict[str, Any]:
    return {
        "outages": await shop.rows("SELECT * FROM outages ORDER BY id"),
        "members": await shop.rows("SELECT * FROM outage_members ORDER BY outage_id, message_id"),
        "decisions": await shop.rows("SELECT * FROM outage_decisions ORDER BY outage_id, at_us, decision"),
        "words": await shop.rows("SELECT * FROM outage_words ORDER BY outage_id, term"),
        "texts": await shop.rows("SELECT message_id, text FROM message_texts ORDER BY message_id"),
        "traffic": await shop.rows("SELECT * FROM traffic ORDER BY minute_us"),
        "events": await shop.rows("SELECT type, at_us, data FROM events WHERE type LIKE 'outage.%' ORDER BY id"),
    }


@pytest.fixture(scope="module")
def uninterrupted(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def run() -> dict[str, Any]:
        async with day(filled, tmp_path_factory.mktemp("steady")) as shop, grouped(shop):
            await read_up_to(shop, await newest(shop))
            return await raised(shop)

    return asyncio.run(run())


def test_the_fault_of_the_day_is_one_outage_with_its_reports(uninterrupted: dict[str, Any]) -> None:
    (outage,) = uninterrupted["outages"]

    assert outage["state"] == "suspected"
    assert {"elevator", "stuck"} <= set(json.loads(outage["terms"]))
    assert "elevator" in outage["reasons"]
    assert len(uninterrupted["members"]) >= 18
    assert uninterrupted["events"][0]["type"] == "outage.suspected"


def test_every_report_says_in_whole_words_why_it_belongs(uninterrupted: dict[str, Any]) -> None:
    why = [decoded(member["reasons"]) for member in uninterrupted["members"]]
    said = {term for reasons in why for reason in reasons if isinstance(reason, SharedTerms) for term in reason.terms}

    assert {"elevator", "stuck"} <= said
    assert "elev" not in said


def test_a_report_is_explained_in_words_of_its_own(uninterrupted: dict[str, Any]) -> None:
    texts = {row["message_id"]: row["text"] for row in uninterrupted["texts"]}
    foreign = [
        (term, texts[member["message_id"]])
        for member in uninterrupted["members"]
        for reason in decoded(member["reasons"])
        if isinstance(reason, SharedTerms)
        for term in reason.terms
        if term not in texts[member["message_id"]]
    ]

    assert foreign == []


def test_decisions_stand_in_order_and_traffic_is_counted_once(uninterrupted: dict[str, Any]) -> None:
    assert [one["decision"] for one in uninterrupted["decisions"]][:2] == ["suspected", "grown"]
    assert sum(minute["messages"] for minute in uninterrupted["traffic"]) == HOURS * 30 + 20


async def test_features_of_an_older_release_are_read_with_the_concepts_of_this_one(
    filled: Path, tmp_path: Path, uninterrupted: dict[str, Any]
) -> None:
    async with day(filled, tmp_path) as shop:
        async with shop.store.readers.read() as session:
            rows = await outages.features_after(session, 0, limit=10_000)
        for row in rows:
            await shop.store.writer.command(
                lambda session, row=row: outages.rewrite_features(
                    session, row.message_id, FEATURES_VERSION - 1, _older(row.report)
                )
            )
        async with grouped(shop):
            await read_up_to(shop, await newest(shop))
            found = await raised(shop)

    assert any('"problem":1.0' in row.report for row in rows)
    assert {part: found[part] for part in ("outages", "members", "decisions")} == {
        part: uninterrupted[part] for part in ("outages", "members", "decisions")
    }


@pytest.mark.parametrize("cuts", [(1,), (60, 61), (190, 200), (205, 240), (30, 90, 150, 199, 210, 222, 250)])
async def test_stopped_and_started_anywhere_it_raises_the_same(
    filled: Path, tmp_path: Path, uninterrupted: dict[str, Any], cuts: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "ROWS", 7)
    monkeypatch.setattr(grouping, "SNAPSHOT_US", 0 if len(cuts) > 2 else 3600_000_000)
    async with day(filled, tmp_path) as shop:
        for cut in cuts:
            async with grouped(shop):
                await read_up_to(shop, cut)
        async with grouped(shop):
            await read_up_to(shop, await newest(shop))
        found = await raised(shop)

    assert found == uninterrupted


async def test_a_commit_that_fails_is_made_again_by_the_next_stage(
    filled: Path, tmp_path: Path, uninterrupted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "ROWS", 50)
    move, failures = outages.move_checkpoint, []

    async def fail_now_and_then(session: Any, seq: int, *, after: int) -> None:
        if len(failures) < 4 and seq > 50 * (len(failures) + 1):
            failures.append(seq)
            raise RuntimeError("the machine went away")
        await move(session, seq, after=after)

    monkeypatch.setattr(outages, "move_checkpoint", fail_now_and_then)
    async with day(filled, tmp_path) as shop:
        for _ in range(5):
            stage = GroupingStage(
                shop.store, RULES, life=LifeRules(), processed=Bell(), grouped=Bell(),
                now=lambda: shop.clock, log=structlog.get_logger(),
            )  # fmt: skip
            if len(failures) == 4:
                async with grouped(shop):
                    await read_up_to(shop, await newest(shop))
            else:
                with pytest.raises(RuntimeError):
                    await stage.run()
        found = await raised(shop)

    assert len(failures) == 4
    assert found == uninterrupted


async def test_a_commit_of_a_cancelled_stage_that_comes_late_doubles_nothing(
    filled: Path, tmp_path: Path, uninterrupted: dict[str, Any]
) -> None:
    gate = threading.Event()

    async def hold_up(_session: Session) -> None:
        gate.wait(10)

    async with day(filled, tmp_path) as shop:
        held = asyncio.create_task(shop.store.writer.batch(hold_up))
        async with grouped(shop):
            await _until_waiting(shop, 1)
        async with grouped(shop):  # it reads the checkpoint from before the first one's commit
            await _until_waiting(shop, 2)
            gate.set()
            await held
            await read_up_to(shop, await newest(shop))
            await shop.store.writer.batch(_nothing)
        found = await raised(shop)

    assert found == uninterrupted


async def _until_waiting(shop: Workshop, jobs: int) -> None:
    """So many batches wait for the writer."""
    async with asyncio.timeout(60):
        while len(shop.store.writer._jobs[Lane.PIPELINE]) < jobs:
            await asyncio.sleep(0.002)


async def _nothing(_session: Session) -> None:
    """A commit behind all others."""


async def test_time_alone_resolves_an_outage_once_and_a_restart_agrees(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        bell = Bell()
        async with grouped(shop, bell):
            await read_up_to(shop, await newest(shop))
            shop.clock += timedelta(hours=6)
            bell.ring()
            await _state(shop, OutageState.RESOLVED)
        before = await raised(shop)
        async with grouped(shop) as stage:
            last = await newest(shop)
            await _until(lambda: stage.seq == last)
            assert stage._detector.outages == ()
        after = await raised(shop)

    assert [event["type"] for event in before["events"]].count("outage.resolved") == 1
    assert before == after


async def test_a_person_dismisses_and_the_detector_hears_of_it_in_order(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        bell = Bell()
        async with grouped(shop, bell) as stage:
            await read_up_to(shop, await newest(shop))
            outage_id = stage._detector.outages[0].outage_id
            changed = await commands.dismiss(shop.acting, "agent:a", outage_id)
            bell.ring()
            await read_up_to(shop, await newest(shop))
            await _until(lambda: stage._detector.outages == ())
        with pytest.raises(CommandRefused):
            await commands.dismiss(shop.acting, "agent:a", outage_id)
        async with grouped(shop) as again:
            await _until(lambda: again.seq == stage.seq)
            assert again._detector.outages == ()

    assert changed.state is OutageState.DISMISSED


async def test_decisions_survive_a_restart_of_the_writer_between_them(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    for action in ("confirm", "resolve"):
        async with workshop(tmp_path) as shop:
            shop.clock = from_us(START_US) + timedelta(hours=HOURS)
            async with grouped(shop) as stage:
                await read_up_to(shop, await newest(shop))
                (known,) = await shop.rows("SELECT id, version FROM outages")
                await getattr(commands, action)(shop.acting, "agent:a", known["id"], version=known["version"])
                with pytest.raises(Conflict):
                    await commands.dismiss(shop.acting, "agent:a", known["id"], version=known["version"])
                with pytest.raises(NotFound):
                    await commands.confirm(shop.acting, "agent:a", 1)
                assert stage.seq > 0
            rows = await shop.rows("SELECT message_id, report FROM features WHERE message_id < 0 ORDER BY seq")

    assert [row["report"].split('"')[3] for row in rows] == ["confirm", "resolve"]


async def test_a_damaged_row_does_not_end_the_watch(
    filled: Path, tmp_path: Path, uninterrupted: dict[str, Any]
) -> None:
    async with day(filled, tmp_path) as shop:
        await shop.store.writer.command(lambda session: outages.rewrite_features(session, 1024, 1, "{broken"))
        async with grouped(shop):
            await read_up_to(shop, await newest(shop))
        found = await raised(shop)

    assert len(found["outages"]) == len(uninterrupted["outages"])


async def _state(shop: Workshop, state: OutageState) -> None:
    async with asyncio.timeout(60):
        while [row["state"] for row in await shop.rows("SELECT state FROM outages")] != [str(state)]:
            await asyncio.sleep(0.01)


async def _until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)
