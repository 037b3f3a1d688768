"""A customer who is in every part of the hub, by words that nobody else has, and the stage that erases them."""

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

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
from channelhub.pipeline.commands import people as linking
from channelhub.pipeline.commands.replies import reply
from channelhub.pipeline.erasing.stage import EVERY_BYTE, ErasingStage
from channelhub.rules.outage.reasons import SharedTerms
from channelhub.store import alerts, idempotency, inbox, outages, parking, ratings, webhook_deliveries
from channelhub.store import outage_words as said
from channelhub.store.database import Session
from channelhub.store.events import Event
from channelhub.store.inbox import Delivery
from channelhub.store.outages import Member, Outage
from tests.pipeline.workshop import Workshop, handle, identity_of, mail, words

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


def eraser(shop: Workshop, folder: Path, *, detects: bool = False, rewritten_bytes: int = EVERY_BYTE) -> ErasingStage:
    return ErasingStage(
        shop.store, folder, detects=detects, asked=Bell(), now=lambda: shop.clock, log=structlog.get_logger(),
        rewritten_bytes=rewritten_bytes,
    )  # fmt: skip


async def carry_out(stage: ErasingStage) -> None:
    """Do all that is asked for."""
    while await stage.work():
        pass


async def _write(shop: Workshop, work: Callable[[Session], Awaitable[Any]]) -> Any:
    return await shop.store.writer.command(work)


async def history(shop: Workshop) -> None:
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
