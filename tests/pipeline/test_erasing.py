"""A customer is erased: no byte of theirs stays, others lose nothing, and an older backup forgets them again."""

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog

from channelhub.domain.alerts import AlertAction, OutageAlert, Severity
from channelhub.domain.inbound import Attachment, Content
from channelhub.domain.outages import OutageState
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.ratings import RatedKind, Rating
from channelhub.domain.raw import RawMessage
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Attempt, WebhookMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import erasing as commands
from channelhub.pipeline.commands import people as linking
from channelhub.pipeline.commands.acting import Conflict, Invalid, NotFound
from channelhub.pipeline.commands.replies import reply
from channelhub.pipeline.erasing.stage import EVERY_BYTE, ErasingStage
from channelhub.pipeline.erasing.tools import NotYet
from channelhub.pipeline.grouping import GroupingStage
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules.erasing import Step
from channelhub.rules.outage.reasons import SharedTerms
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.store import (
    alerts,
    erased_file,
    erasures,
    idempotency,
    inbox,
    outages,
    parking,
    ratings,
    webhook_deliveries,
)
from channelhub.store import outage_words as said
from channelhub.store.backup import backup
from channelhub.store.check import check
from channelhub.store.database import Session
from channelhub.store.events import Event
from channelhub.store.inbox import Delivery
from channelhub.store.outages import Member, Outage
from channelhub.store.restore import restore
from tests.erasure import traces
from tests.pipeline.workshop import Workshop, at, handle, identity_of, mail, words, workshop

OLENA, PHONE, CHAT, ANOTHER = (
    "email:olena.zebra@example.org",
    "phone:+380671119922",
    "telegram:739100417",
    "email:bo@example.org",
)
#: Nobody else has these words; each stands where another part of the hub keeps it.
WORDS = (
    "зеброкод", "Зеброслава", "zebrasubject", "zebraphoto.png", "zebrafile", "zebraparked", "zebrareply", "zebraposted",
    "zebrarating", "zebranswer", "zebratitle", "zebralarge", "739100417", "olena.zebra", "1119922", "zebraconv",
)  # fmt: skip


def _stage(shop: Workshop, folder: Path, *, detects: bool = False) -> ErasingStage:
    return ErasingStage(
        shop.store, folder, detects=detects, asked=Bell(), now=lambda: shop.clock, log=structlog.get_logger(),
        rewritten_bytes=EVERY_BYTE,
    )  # fmt: skip


async def _end(stage: ErasingStage) -> None:
    """Do all that is asked for."""
    while await stage.work():
        pass


async def _erase(shop: Workshop, folder: Path, confirm: str = "olena.zebra@example.org") -> erasures.Erasure:
    made = await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm=confirm)
    await _end(_stage(shop, folder))
    async with shop.store.readers.read() as session:
        done = await erasures.get(session, made.id)
    assert done is not None
    return done


async def _write(shop: Workshop, work: Callable[[Session], Awaitable[Any]]) -> Any:
    return await shop.store.writer.command(work)


async def _history(shop: Workshop) -> None:
    """Olena writes by mail, form and chat; what she wrote is in every part of the hub. Bo writes, too."""
    photo = secrets.token_bytes(64) + b"zebrafile"
    shared = b"everybody's price list"
    files = [
        Attachment(filename=name, content_type="image/png", size=len(content), sha256=shop.store.blobs.put(content))
        for name, content in {"zebraphoto.png": photo, "prices.pdf": shared}.items()
    ]
    body = "From: olena.zebra@example.org\n\n" + base64.b64encode("зеброкод не працює".encode()).decode()
    olena = Sender(name="Зеброслава", handles=(handle(OLENA, Evidence.DMARC),), origin="10.9.8.0/24")
    content = Content(subject="zebrasubject", text="зеброкод не працює оплата zebratitle", attachments=tuple(files))
    first = await shop.take(
        "mail", mail("<one@zebraconv>", olena, content=content), body=body.encode(), delivery_id="<one@zebraconv>"
    )
    await shop.take(
        "form", words("f1", Sender(handles=(handle(OLENA), handle(PHONE))), "зеброкод"), body=b"phone=067+111-99-22"
    )
    await shop.take(
        "bot", words("t1", Sender(name="Зеброслава", handles=(handle(CHAT, Evidence.CHANNEL_ID),)), "zebrasubject?")
    )
    await linking.link(shop.acting, "agent:kate", identity_of(OLENA), identity_of(CHAT, "bot"))
    bo = Sender(name="Bo", handles=(handle(ANOTHER),))
    text = Content(text="не працює оплата карткою", attachments=(files[1],))
    bos = await shop.take("mail", mail("<two@example.org>", bo, content=text), body=b"bo's")
    large = b"zebralarge " * 20_000
    blob = shop.store.blobs.put(large)
    raw = RawMessage(account="bot", delivery_id="large", body=large)
    delivery = Delivery(raws=[raw], blobs=[blob], cursor=None, cursor_account="bot", received_at=shop.clock)
    (receipt,) = await shop.store.writer.deliver(delivery)
    await _parked(shop, receipt.inbox_id, {"sender": "olena.zebra@example.org", "subject": "zebraparked"})
    inbox_id, _ = await shop.store_raw("mail", body=b"zebraparked ann olena.zebra=40example.org")
    await _parked(shop, inbox_id, {})
    seen, _ = await shop.store_raw("bot", body=b'{"seen":{"id":739100417},"more":"zebraparked"}')
    await _write(shop, lambda session: inbox.mark_done(session, [seen]))
    (row,) = await shop.rows("SELECT conversation_id FROM messages ORDER BY id LIMIT 1")
    await reply(shop.acting, "agent:kate", row["conversation_id"], "zebrareply")
    event = next(iter(await shop.events("message.received")))
    await _write(shop, lambda session: _elsewhere(session, shop, first, bos, event))


async def _parked(shop: Workshop, inbox_id: int, salvage: dict[str, str]) -> None:
    await _write(
        shop,
        lambda session: parking.park(
            session, inbox_id, account="mail", reason="unreadable", detail="", salvage=salvage, at=shop.clock
        ),
    )


async def _elsewhere(session: Session, shop: Workshop, first: int, bos: int, event: Event) -> None:
    """What other stages write of a message: an outage it raised, alerts, posts, answers, a rating."""
    now_us, olena = to_us(shop.clock), identity_of(OLENA)
    terms = SharedTerms(terms=("zebratitle", "оплата"))
    outage = Outage(
        id=first, state=OutageState.CONFIRMED, version=1, title="зеброкод не працює оплата zebratitle",
        terms=("zebratitle", "оплата"), reasons=(terms,), began_us=now_us, opened_us=now_us, changed_us=now_us,
    )  # fmt: skip
    await outages.save(session, [outage])
    members = [
        Member(message_id=first, identity_id=olena, weight=1.0, reasons=(terms,), at_us=now_us),
        Member(message_id=bos, identity_id=identity_of(ANOTHER), weight=1.0, reasons=(terms,), at_us=now_us),
    ]
    await outages.add_members(session, first, members)
    await said.add(session, first, {"zebratitl": "zebratitle", "оплат": "оплата"})
    alert = OutageAlert(
        title=outage.title, state="confirmed", severity=Severity.ERROR, customers=2, messages=2, began_at=shop.clock,
        link="", terms=outage.terms,
    )  # fmt: skip
    await alerts.add(
        session, target="duty", key="1", outage_id=first, action=AlertAction.TRIGGER, content=alert, at_us=now_us
    )
    score = Rating(
        id=77, kind=RatedKind.OUTAGE, subject_id=first, identity_id=olena, score=2, comment="zebrarating",
        first_us=now_us, changed_us=now_us,
    )  # fmt: skip
    await ratings.save(session, score)
    body = json.dumps({"data": {"message_id": str(first), "text": "zebraposted"}})
    post = WebhookMessage(key="evt_1", event_id=event.id, type=event.type, at_us=now_us, body=body)
    told = webhook_deliveries.NewDelivery(webhook_id=1, message_key="evt_1", event_type=event.type)
    await webhook_deliveries.add(session, [post], [told], at_us=now_us)
    tried = Attempt(number=1, at_us=now_us, took_ms=3, headers=(), status=500, answer="zebraposted", error="status")
    await webhook_deliveries.add_attempts(session, [(1, tried)])
    await idempotency.begin(session, "key", fingerprint="f", begun_us=now_us, kept_us=1)
    answer = b'{"to":"olena.zebra@example.org","text":"zebranswer"}'
    await idempotency.keep(session, "key", status=202, content_type="application/json", answer=answer)


@pytest.fixture
async def filled(shop: Workshop) -> Workshop:
    await _history(shop)
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
        await _history(shop)
        made = await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm="Зеброслава")
        steps: list[str] = []
        while await _stage(shop, tmp_path).work():
            async with shop.store.readers.read() as session:
                now = await erasures.get(session, made.id)
            assert now is not None
            if now.step not in steps and now.step not in (Step.DONE, Step.WAITING):
                steps.append(now.step)
                earlier = list(Step)[list(Step).index(now.step) - 1]
                again = replace(now, step=earlier, place=0)
                await _write(shop, partial(erasures.save, erasure=again))

        assert steps == list(Step)[1:-1]
        assert list(traces(tmp_path, WORDS)) == []


async def test_an_older_backup_is_erased_again(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "backup"
    async with workshop(state) as shop:
        await _history(shop)
        await backup(state, copy, now=shop.clock)
        done = await _erase(shop, state)
    await restore(copy, state, now=at(90), replaces=True)
    async with workshop(state) as shop:
        waiting = await shop.rows("SELECT id, step FROM erasures")
        stage = _stage(shop, state)
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
        stage = _stage(shop, state)
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
    stage = _stage(filled, tmp_path)
    for _ in range(6):
        await stage.work()
    await filled.take("mail", mail("<late@zebraconv>", OLENA, "зеброкод знову"))
    while await stage.work():
        pass

    assert list(traces(tmp_path, WORDS)) == []


async def test_it_waits_for_what_came_before_to_be_read(filled: Workshop, tmp_path: Path) -> None:
    delivered = await filled.delivered("mail", mail("<late@zebraconv>", OLENA, "зеброкод"), body=b"zebraparked")
    await commands.erase(filled.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
    stage = _stage(filled, tmp_path)
    with pytest.raises(NotYet):
        await stage.work()
    await filled.process(delivered)
    while await stage.work():
        pass

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
        stage = _stage(shop, tmp_path, detects=True)
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
    stage = _stage(filled, tmp_path)
    with pytest.raises(NotYet):
        await _end(stage)

    assert filled.store.blobs.get(name) == content
