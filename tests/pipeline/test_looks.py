"""Who looked at which customer: grouped, bounded, never lost in silence."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
import structlog

from channelhub.pipeline import looks
from channelhub.pipeline.looks import Look, LookBook, Seen
from channelhub.sdk.errors import NotCommitted
from channelhub.store import audit, hub
from channelhub.store.audit import AuditLine, Wanted
from tests.pipeline.workshop import BEGAN, Workshop, words

KATE = "agent:kate"


class Noted:
    """A book of looks with a clock that is set, and what it said was lost."""

    def __init__(self, shop: Workshop) -> None:
        self.now = BEGAN
        self.lost = 0
        self.book = LookBook(
            shop.store,
            default_region=lambda: "UA",
            now=lambda: self.now,
            on_lost=self._lose,
            log=structlog.get_logger(),
        )

    def _lose(self, count: int) -> None:
        self.lost += count


async def lines(shop: Workshop, wanted: Wanted | None = None) -> Sequence[AuditLine]:
    async with shop.store.readers.read() as session:
        return await audit.page(session, wanted or Wanted(), before=1 << 62, limit=50)


async def test_looks_within_ten_minutes_are_one_line_of_who_and_whom(shop: Workshop) -> None:
    await shop.process(await shop.delivered("bot", words("m1", "email:p1@example.com")))
    await shop.process(await shop.delivered("bot", words("m2", "email:p2@example.com")))
    ann, bob = await shop.card_of("email:p1@example.com"), await shop.card_of("email:p2@example.com")
    message_id = next(one.id for one in ann.entries if one.type == "message" and one.direction == "in")
    noted = Noted(shop)
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, customer_id=ann.customer_id))
    noted.book.note(Look(actor=KATE, seen=Seen.RAW, message_id=message_id))
    await noted.book.write()
    noted.now += timedelta(minutes=9, seconds=59)
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, address="email:p1@example.com"))
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, customer_id=bob.customer_id))
    noted.book.note(Look(actor="agent:bob", seen=Seen.CARD, customer_id=ann.customer_id))
    noted.now += timedelta(seconds=1)
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, customer_id=ann.customer_id))
    await noted.book.write()
    found = await lines(shop, Wanted(actor=KATE, identity_ids=[ann.customer_id]))

    assert [(one.action, one.target, one.detail) for one in found] == [
        (audit.LOOK, str(ann.customer_id), {"card": "1"}),
        (audit.LOOK, str(ann.customer_id), {"card": "2", "raw": "1"}),
    ]
    assert len(await lines(shop)) == 4
    assert noted.lost == 0


async def test_looks_at_what_is_gone_are_nobodys(shop: Workshop) -> None:
    noted = Noted(shop)
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, customer_id=5))
    noted.book.note(Look(actor=KATE, seen=Seen.MESSAGE, message_id=5))
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, address="email:nobody@example.com"))
    await noted.book.write()

    assert await lines(shop) == []


async def test_lines_are_found_by_who_what_and_customer(shop: Workshop) -> None:
    await shop.process(await shop.delivered("bot", words("m1", "email:p1@example.com")))
    ann = (await shop.card_of("email:p1@example.com")).customer_id
    for actor, action, target in ((KATE, "sender.block", str(ann)), ("admin:a", "token.make", "1")):
        await shop.store.writer.batch(
            lambda session, actor=actor, action=action, target=target: hub.record(
                session, at_us=1, actor=actor, action=action, target=target
            )
        )
    noted = Noted(shop)
    noted.book.note(Look(actor="admin:a", seen=Seen.CARD, customer_id=ann))
    await noted.book.write()
    asked = {
        "all": Wanted(), "kate": Wanted(actor=KATE), "looks": Wanted(action=audit.LOOK),
        "customer": Wanted(identity_ids=[ann]), "both": Wanted(actor="admin:a", action="token.make"),
        "customer and action": Wanted(identity_ids=[ann], action="sender.block"), "nobody": Wanted(identity_ids=[]),
    }  # fmt: skip
    found = {name: [one.action for one in await lines(shop, wanted)] for name, wanted in asked.items()}

    assert found == {
        "all": [audit.LOOK, "token.make", "sender.block"], "kate": ["sender.block"], "looks": [audit.LOOK],
        "customer": [audit.LOOK, "sender.block"], "both": ["token.make"], "customer and action": ["sender.block"],
        "nobody": [],
    }  # fmt: skip


@pytest.mark.slow
async def test_looks_wait_for_a_database_that_refuses_and_are_counted_where_there_is_no_room(shop: Workshop) -> None:
    await shop.process(await shop.delivered("bot", words("m1", "email:p1@example.com")))
    ann = (await shop.card_of("email:p1@example.com")).customer_id
    noted = Noted(shop)
    for number in range(looks.MOST_WAITING + 3):
        noted.book.note(Look(actor=f"agent:{number}", seen=Seen.CARD, customer_id=ann))
    noted.book.note(Look(actor="agent:1", seen=Seen.CARD, customer_id=ann))
    await shop.store.writer.stop()
    for _ in range(2):
        try:
            await noted.book.write()
        except NotCommitted:
            continue
    lost_before = noted.lost
    await noted.book.close()

    assert (lost_before, noted.lost) == (3, looks.MOST_WAITING + 4)


async def test_a_running_book_writes_by_itself(shop: Workshop) -> None:
    await shop.process(await shop.delivered("bot", words("m1", "email:p1@example.com")))
    ann = (await shop.card_of("email:p1@example.com")).customer_id
    noted = Noted(shop)
    running = asyncio.create_task(noted.book.run())
    noted.book.note(Look(actor=KATE, seen=Seen.CARD, customer_id=ann))
    async with asyncio.timeout(20):
        while not (found := await lines(shop)):
            await asyncio.sleep(0.05)
    running.cancel()

    assert [one.detail for one in found] == [{"card": "1"}]
