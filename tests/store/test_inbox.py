"""Raw messages as stored: nothing of them is lost or changed."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.store import inbox, parking
from channelhub.store.inbox import Delivery, delivery_key
from channelhub.store.opening import Store
from tests.store.conftest import BEGAN
from tests.store.deliveries import delivery


async def test_a_raw_message_comes_back_byte_for_byte_with_its_envelope(store: Store) -> None:
    raw = RawMessage(
        account="mail", delivery_id="d \u0456", body=bytes(range(256)) * 4, content_type="message/rfc822",
        headers=(("Subject", "\u041f\u0440\u0438\u0432\u0435\u0442"), ("X", "")),
        envelope=Envelope(peer="192.0.2.1", message_id="<a@x>", extra={"trust": "verified"}),
        channel_time=datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC), is_backfill=True,
    )  # fmt: skip
    await store.writer.deliver(Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="mail", received_at=BEGAN))
    async with store.readers.read() as session:
        stored = await inbox.get(session, 1)

    assert stored is not None
    assert stored.raw == raw
    assert (stored.received_at, stored.blob) == (BEGAN, "")
    assert stored.sha256 == hashlib.sha256(raw.body).digest()


async def test_ids_that_no_database_can_hold_are_stored_readably(store: Store) -> None:
    receipts = await store.writer.deliver(delivery("lone \ud800 and \0 nul"))
    again = await store.writer.deliver(delivery("lone \ud800 and \0 nul"))
    async with store.readers.read() as session:
        page = await inbox.page(session, after=0, limit=10)

    assert [one.delivery_id for one in page] == ["lone \\ud800 and \\x00 nul"]
    assert again[0].is_duplicate
    assert again[0].inbox_id == receipts[0].inbox_id


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_the_key_of_a_delivery_tells_accounts_and_ids_apart(a: str, b: str, c: str, d: str) -> None:
    assert (delivery_key(a, b) == delivery_key(c, d)) == (f"{a}\0{b}" == f"{c}\0{d}")
    assert len(delivery_key(a, b)) == 16


async def test_a_delivery_waits_until_it_is_done_parked_or_retried(store: Store) -> None:
    async def states() -> list[str]:
        async with store.readers.read() as session:
            return [one.state for one in await inbox.page(session, after=0, limit=10)]

    await store.writer.deliver(delivery("a", "b", "c"))
    received = await states()
    await store.writer.batch(lambda session: inbox.mark_done(session, [1]))
    for attempt in range(2):
        at = BEGAN + timedelta(minutes=attempt)
        await store.writer.batch(
            lambda session, at=at: parking.park(
                session, 2, account="mail", reason="stalled", detail="x" * 3000, salvage={"subject": "s"}, at=at
            )
        )
    parked = await states()
    async with store.readers.read() as session:
        one = await parking.one(session, 2)
        waiting = await inbox.oldest_pending(session, limit=10)
        backlog = await inbox.backlog(session)
    await store.writer.command(lambda session: parking.retry(session, 2))
    async with store.readers.read() as session:
        retried = await inbox.oldest_pending(session, limit=10)
    await store.writer.batch(lambda session: parking.unpark(session, [2]))

    assert received == ["received"] * 3
    assert parked == ["processed", "parked", "received"]
    assert one is not None
    assert (one.attempts, one.reason, len(one.detail), one.salvage) == (2, "stalled", 2000, {"subject": "s"})
    assert waiting == [3]
    assert backlog == (1, BEGAN)
    assert retried == [2, 3]
    assert await states() == ["processed", "received", "received"]


async def test_pages_of_one_account_leave_the_others_out(store: Store) -> None:
    for number in range(4):
        await store.writer.deliver(delivery(f"d{number}", account=("mail", "form")[number % 2]))
    async with store.readers.read() as session:
        first = await inbox.page(session, after=0, limit=1, account="form")
        rest = await inbox.page(session, after=first[0].id, limit=10, account="form")

    assert [one.delivery_id for one in [*first, *rest]] == ["d1", "d3"]


async def test_a_reader_keeps_its_moment_while_others_write(store: Store) -> None:
    await store.writer.deliver(delivery("a"))
    async with store.readers.read() as session:
        before = len(await inbox.page(session, after=0, limit=10))
        await store.writer.deliver(delivery("b"))
        after = len(await inbox.page(session, after=0, limit=10))
    async with store.readers.read() as session:
        fresh = len(await inbox.page(session, after=0, limit=10))

    assert (before, after, fresh) == (1, 1, 2)


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope(),
        Envelope(peer="192.0.2.7", mail_from="é@example.com", rcpt_to=("a@example.com",), extra={"trust": "verified"}),
        Envelope(helo="nul \0", extra={"\0": "x"}),
        Envelope(helo="lone \ud800", rcpt_to=("\udc80@example.com",)),
        Envelope(helo="written out \\u0000"),
    ],
)
async def test_an_envelope_is_kept_whatever_a_client_wrote_into_it(store: Store, envelope: Envelope) -> None:
    raw = RawMessage(account="mail", delivery_id="a", body=b"x", envelope=envelope)
    (receipt,) = await store.writer.deliver(
        Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="mail", received_at=BEGAN)
    )
    async with store.readers.read() as session:
        kept = await inbox.get(session, receipt.inbox_id)

    assert kept is not None
    assert kept.raw.envelope.helo == envelope.helo.replace("\0", "\\x00").replace("\ud800", "\\ud800")
    assert kept.raw.envelope.mail_from == envelope.mail_from
    assert len(kept.raw.envelope.rcpt_to) == len(envelope.rcpt_to)
