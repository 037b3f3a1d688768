"""A customer is erased: no byte of theirs stays, others lose nothing, and an older backup forgets them again."""

import asyncio
import contextlib
import json
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import structlog

from channelhub.domain.raw import RawMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import erasing as commands
from channelhub.pipeline.commands.acting import Conflict, Invalid, NotFound
from channelhub.pipeline.erasing.tools import NotYet
from channelhub.pipeline.erasing.unnamed import UnnamedFiles
from channelhub.pipeline.grouping import GroupingStage
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules.erasing import Step
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.store import erased_file, erasures
from channelhub.store.backup import backup
from channelhub.store.blobs import Blobs
from channelhub.store.check import check
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.store.places import BLOB_FOLDER, DATABASE_FILE
from channelhub.store.restore import restore
from tests.erasure import traces
from tests.pipeline.erasable import ANOTHER, CHAT, OLENA, WORDS, carry_out, eraser, history
from tests.pipeline.workshop import Workshop, at, identity_of, mail, workshop


async def _erase(shop: Workshop, folder: Path, confirm: str = "olena.zebra@example.org") -> erasures.Erasure:
    made = await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm=confirm)
    await carry_out(eraser(shop, folder))
    async with shop.store.readers.read() as session:
        done = await erasures.get(session, made.id)
    assert done is not None
    return done


@pytest.fixture
async def filled(shop: Workshop) -> Workshop:
    await history(shop)
    return shop


async def test_no_byte_of_an_erased_customer_is_left(filled: Workshop, tmp_path: Path) -> None:
    before = {line.split(" ")[0] for line in traces(tmp_path, WORDS)}
    done = await _erase(filled, tmp_path)

    assert before == set(WORDS)
    assert list(traces(tmp_path, WORDS)) == []
    assert done.step is Step.DONE
    assert done.is_compact
    assert done.counts["messages"] == 6  # three of theirs, two acknowledgements, one answer
    assert done.counts["identities"] == 3
    assert done.counts["deliveries"] == 6
    assert done.counts["files"] == 2


async def test_what_was_deleted_without_overwriting_goes_too(filled: Workshop, tmp_path: Path) -> None:
    """An older release, or another program, left words in pages that are free now, and between the rows of others."""
    left = ("zebrafreed", "zebrabetween")
    _delete_plainly(tmp_path / DATABASE_FILE, ["zebrafreed " * 5000, "zebrabetween"])
    before = {line.split(" ")[0] for line in traces(tmp_path, left)}
    await _erase(filled, tmp_path)

    assert before == set(left)
    assert list(traces(tmp_path, (*left, *WORDS))) == []


async def test_a_file_that_is_written_anew_settles_earlier_erasures_too(filled: Workshop, tmp_path: Path) -> None:
    await commands.erase(filled.acting, "admin:kate", identity_of(ANOTHER), confirm=ANOTHER)
    await carry_out(eraser(filled, tmp_path, rewritten_bytes=0))
    async with filled.store.readers.read() as session:
        loose = await erasures.not_compact(session, limit=9)
    await _erase(filled, tmp_path)
    async with filled.store.readers.read() as session:
        settled = await erasures.not_compact(session, limit=9)

    assert len(loose) == 1
    assert settled == []


async def test_files_that_never_had_a_row_go_too(filled: Workshop, tmp_path: Path) -> None:
    """As a crash between a file and its commit leaves them; none that this process has just stored."""
    blobs = filled.store.blobs
    for content in (b"zebraorphan", b"zebraorphan too"):
        path = blobs.path(Blobs(tmp_path / BLOB_FOLDER).put(content))
        os.utime(path, (1, 1))
    half = path.with_name(f"{path.name}.7.part")
    half.write_bytes(b"zebraorph")
    os.utime(half, (1, 1))
    wanted = blobs.put(b"about to be named")
    await _erase(filled, tmp_path)

    assert list(traces(tmp_path, (*WORDS, "zebraorph"))) == []
    assert blobs.get(wanted) == b"about to be named"


async def test_once_a_day_unnamed_files_go(filled: Workshop, tmp_path: Path) -> None:
    blobs = filled.store.blobs
    named = blobs.names()
    lost, again = [Blobs(tmp_path / BLOB_FOLDER).put(content) for content in (b"lost", b"again")]
    for name in blobs.names():
        os.utime(blobs.path(name), (1, 1))
    blobs.put(b"again")
    files = UnnamedFiles(filled.store, log=structlog.get_logger())
    gone = await files.sweep(rest_s=0)

    assert gone == 1
    assert blobs.names() == sorted([*named, again])
    assert lost not in blobs.names()
    assert await files.sweep(rest_s=0) == 0


async def test_a_file_that_is_named_meanwhile_stays(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"large" * 50_000
    name = shop.store.blobs.put(body)
    os.utime(shop.store.blobs.path(name), (1, 1))
    shop.store.blobs._stored.clear()  # as after ten minutes
    submit = shop.store.writer.batch

    async def named_first(work: Callable[[Session], Awaitable[int]]) -> int:
        raw = RawMessage(account="mail", delivery_id="large", body=body)
        delivery = Delivery(raws=[raw], blobs=[name], cursor=None, cursor_account="mail", received_at=shop.clock)
        await shop.store.writer.deliver(delivery)
        return await submit(work)

    monkeypatch.setattr(shop.store.writer, "batch", named_first)
    gone = await UnnamedFiles(shop.store, log=structlog.get_logger()).sweep(rest_s=0)

    assert gone == 0
    assert shop.store.blobs.get(name) == body


def _delete_plainly(database: Path, texts: Sequence[str]) -> None:
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA secure_delete = OFF")
        for number, text in enumerate(texts):
            other.execute("INSERT INTO drafts VALUES (?, 'kate', ?, 1)", (number, text))
        other.execute("INSERT INTO drafts VALUES (100, 'bo', 'of somebody else', 1)")
        other.commit()
        other.execute("DELETE FROM drafts WHERE author = 'kate'")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def test_others_lose_nothing(filled: Workshop, tmp_path: Path) -> None:
    await _erase(filled, tmp_path)
    card = await filled.card_of(ANOTHER)
    (outage,) = await filled.rows("SELECT title, terms FROM outages")
    counts = await filled.rows("SELECT count(DISTINCT identity_id) AS customers FROM outage_members")
    scores = await filled.rows(
        "SELECT r.score, r.comment, i.kind FROM ratings AS r JOIN identities AS i ON i.id = r.identity_id"
    )
    (alert,) = await filled.rows("SELECT content FROM alert_deliveries")
    report = await check(tmp_path)

    assert any("оплата карткою" in one.preview for one in card.entries)
    assert outage["title"].strip() == "не працює оплата карткою"
    assert outage["terms"] == '["оплата"]'
    assert json.loads(alert["content"])["title"] == outage["title"]
    assert counts == [{"customers": 2}]
    assert scores == [{"score": 2, "comment": "", "kind": "erased"}]
    assert report.is_whole, report.damages
    assert not report.miscounts
    assert len(filled.store.blobs.names()) == 1, "the price list is Bo's, too"


async def test_a_redelivery_is_known_and_brings_nothing_back(filled: Workshop, tmp_path: Path) -> None:
    await _erase(filled, tmp_path)
    raw = RawMessage(account="mail", delivery_id="<one@zebraconv>", body=b"again")
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="mail", received_at=filled.clock)
    (receipt,) = await filled.store.writer.deliver(delivery)

    assert receipt.is_duplicate
    assert await filled.rows("SELECT inbox_id FROM pending") == []


async def test_cut_off_after_any_piece_it_goes_on(tmp_path: Path) -> None:
    """A new stage for each piece, and each piece done twice: as a crash between its commit and the next would."""
    async with workshop(tmp_path) as shop:
        await history(shop)
        made = await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm="Зеброслава")
        steps: list[str] = []
        while await eraser(shop, tmp_path).work():
            async with shop.store.readers.read() as session:
                now = await erasures.get(session, made.id)
            assert now is not None
            if now.step not in steps and now.step not in (Step.DONE, Step.WAITING):
                steps.append(now.step)
                earlier = list(Step)[list(Step).index(now.step) - 1]
                again = replace(now, step=earlier, place=0)
                await shop.store.writer.command(partial(erasures.save, erasure=again))

        assert steps == list(Step)[1:-1]
        assert list(traces(tmp_path, WORDS)) == []


async def test_an_older_backup_is_erased_again(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "backup"
    async with workshop(state) as shop:
        await history(shop)
        await backup(state, copy, now=shop.clock)
        done = await _erase(shop, state)
    await restore(copy, state, now=at(90), replaces=True)
    async with workshop(state) as shop:
        waiting = await shop.rows("SELECT id, step FROM erasures")
        stage = eraser(shop, state)
        while await stage.work():
            pass
        again = await shop.rows("SELECT id, step FROM erasures")

        assert waiting == [{"id": done.id, "step": "collecting"}]
        assert again == [{"id": done.id, "step": "done"}]
        assert list(traces(state, WORDS)) == []
        assert not list(state.glob("before-restore-*"))


async def test_what_a_backup_had_still_to_read_is_not_read(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "backup"
    async with workshop(state) as shop:
        delivered = await shop.delivered("mail", mail("<one@zebraconv>", OLENA, "зеброкод"), body=b"zebraparked")
        await backup(state, copy, now=shop.clock)
        await shop.process(delivered)
        await _erase(shop, state)
    await restore(copy, state, now=at(90), replaces=True)
    async with workshop(state) as shop:
        assert await shop.rows("SELECT inbox_id FROM pending") == []
        stage = eraser(shop, state)
        while await stage.work():
            pass
        assert list(traces(state, WORDS)) == []


async def test_the_note_beside_the_state_says_nothing_of_them(filled: Workshop, tmp_path: Path) -> None:
    done = await _erase(filled, tmp_path)
    salt, noted = erased_file.read(tmp_path)
    erased_file.append(tmp_path, done, [], [])

    assert len(salt) == 32
    assert set(noted) == {done.id}
    assert len(noted[done.id].digests) == 3 + 6
    assert str(identity_of(OLENA)) not in (tmp_path / "erased.jsonl").read_text()


async def test_a_torn_note_is_left_out(filled: Workshop, tmp_path: Path) -> None:
    done = await _erase(filled, tmp_path)
    path = tmp_path / "erased.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    erased_file.append(tmp_path, done, [], [b"key"])
    _, noted = erased_file.read(tmp_path)

    assert len(noted[done.id].digests) == 1


async def test_the_audit_keeps_who_but_not_to_whom(filled: Workshop, tmp_path: Path) -> None:
    done = await _erase(filled, tmp_path)
    lines = await filled.rows("SELECT actor, action, target FROM audit ORDER BY id")

    assert {"actor": "agent:kate", "action": "customer.linked", "target": "erased"} in lines
    assert {"actor": "admin:kate", "action": "customer.erase", "target": f"erasure {done.id}"} in lines
    assert not [one for one in lines if str(identity_of(OLENA)) in one["target"]]


async def test_events_of_others_stay_and_the_newest_id_is_not_given_again(filled: Workshop, tmp_path: Path) -> None:
    newest = (await filled.events())[-1].id
    await _erase(filled, tmp_path)
    left = await filled.events()

    assert {one.identity_id for one in left} == {identity_of(ANOTHER), None}
    assert left[-1].type == "customer.erased"
    assert left[-1].id > newest


async def test_what_they_write_meanwhile_goes_too(filled: Workshop, tmp_path: Path) -> None:
    await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
    stage = eraser(filled, tmp_path)
    for _ in range(6):
        await stage.work()
    await filled.take("mail", mail("<late@zebraconv>", OLENA, "зеброкод знову"))
    while await stage.work():
        pass

    assert list(traces(tmp_path, WORDS)) == []


async def test_it_waits_for_what_came_before_to_be_read(filled: Workshop, tmp_path: Path) -> None:
    delivered = await filled.delivered("mail", mail("<late@zebraconv>", OLENA, "зеброкод"), body=b"zebraparked")
    await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
    stage = eraser(filled, tmp_path)
    with pytest.raises(NotYet):
        await stage.work()
    (told,) = stage.waits.values()
    await filled.process(delivered)
    while await stage.work():
        pass

    assert told == "deliveries that came before it are still to be read"
    assert stage.waits == {}
    assert list(traces(tmp_path, WORDS)) == []


async def test_only_a_confirmed_request_is_taken(filled: Workshop) -> None:
    with pytest.raises(Invalid):
        await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm="Bo")
    with pytest.raises(Invalid):
        await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=" ")
    with pytest.raises(NotFound):
        await commands.erase(filled.acting, "admin:kate", 7, confirm="Bo")
    await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=" OLENA.zebra@example.org ")
    with pytest.raises(Conflict):
        await commands.erase(filled.acting, "admin:kate", identity_of(CHAT, "bot"), confirm="Зеброслава")


async def test_running_detection_forgets_their_words(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        detector = GroupingStage(
            shop.store, OutageRules(), life=LifeRules(), processed=Bell(), grouped=Bell(), now=lambda: shop.clock,
            log=structlog.get_logger(),
        )  # fmt: skip
        await shop.take("mail", mail("<a@b>", OLENA, "зеброкод не працює оплата"))
        await shop.take("mail", mail("<c@d>", ANOTHER, "не працює оплата"))
        stage = eraser(shop, tmp_path, detects=True)
        grouping = asyncio.ensure_future(stage.detection.run(detector))
        try:
            await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
            while await stage.work():
                pass
            seq = detector.seq
        finally:
            grouping.cancel()
            await asyncio.gather(grouping, return_exceptions=True)
        (known,) = await shop.rows("SELECT snapshot, snapshot_seq FROM group_checkpoint")

        assert known["snapshot_seq"] == seq > 0
        assert "оплат".encode() in known["snapshot"] or "працю".encode() in known["snapshot"]
        assert list(traces(tmp_path, ("зеброкод", "olena.zebra"))) == []


async def test_a_file_stored_again_just_now_is_not_taken_away(filled: Workshop, tmp_path: Path) -> None:
    content = b"zebralarge " * 20_000
    name = filled.store.blobs.put(content)  # somebody is about to commit its name
    await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
    stage = eraser(filled, tmp_path)
    with pytest.raises(NotYet):
        await carry_out(stage)

    assert filled.store.blobs.get(name) == content
