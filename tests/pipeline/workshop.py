"""A real store on a temporary file, and deliveries made by hand."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from channelhub.content.features import features
from channelhub.domain.inbound import Content, EditedMessage, Inbound, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.card import Card, card
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.process import Delivered, process
from channelhub.pipeline.rulebook import AccountFacts, Rulebook, Wording
from channelhub.rules.identity import identity_id, normalize
from channelhub.store import events
from channelhub.store.events import Event
from channelhub.store.inbox import Delivery
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlite import SqliteSession
from tests.emptystore import open_store
from tests.eventshapes import assert_described

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOK = Rulebook(
    accounts={
        "mail": AccountFacts(
            name="mail", kind="smtp", channel="email", can_send=True, mail_domain="shop.example", identity_kind="email"
        ),
        "mail2": AccountFacts(
            name="mail2", kind="smtp", channel="email", can_send=True, mail_domain="shop.example", identity_kind="email"
        ),
        "bot": AccountFacts(name="bot", kind="telegram", channel="telegram", can_send=True, identity_kind="telegram"),
        "form": AccountFacts(name="form", kind="webform", channel="form"),
        "shop": AccountFacts(name="shop", kind="api", channel="api"),
    },
    default_region="UA",
    secret=b"of a test",
    is_acknowledging=True,
    acknowledgement=lambda language, number, subject: Wording(subject=subject, text=f"[{language}] #{number}"),
    own_addresses=frozenset({"support@shop.example"}),
)


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def handle(text: str, evidence: Evidence = Evidence.CLAIMED) -> Handle:
    kind, _, value = text.partition(":")
    return Handle(kind=kind, value=value, evidence=evidence)


def words(
    external_id: str, sender: str | Sender, text: str = "hello", *, minutes: float = 0, **changes: Any
) -> NewMessage:
    """A message of `kind:value`, or of a whole sender, sent some minutes after the tests' first moment."""
    if isinstance(sender, str):
        sender = Sender(handles=(handle(sender),))
    made = NewMessage(
        external_id=external_id, sender=sender, content=Content(text=text), sent_at=at(minutes), is_time_vouched=True
    )
    return replace(made, **changes)


def mail(
    external_id: str, sender: str | Sender, text: str = "hello", *, minutes: float = 0, **changes: Any
) -> NewMessage:
    """A mail: the same message on every mail account."""
    thread = changes.pop("thread", Thread(message_id=external_id))
    return words(external_id, sender, text, minutes=minutes, is_same_everywhere=True, thread=thread, **changes)


def identity_of(text: str, account: str = "") -> int:
    """The id of the identity `kind:value`."""
    key = normalize(handle(text), account=account, default_region="UA")
    assert key is not None
    return identity_id(key)


def read_by_hand(inbox_id: int, raw: RawMessage, received_at: datetime, items: Sequence[Inbound]) -> Delivered:
    return Delivered(
        inbox_id=inbox_id,
        raw=replace(raw, body=b""),
        received_at=received_at,
        items=items,
        features=[_features(item) for item in items],
    )


def _features(item: Inbound) -> Any:
    message = item.message if isinstance(item, EditedMessage) else item
    if not isinstance(message, NewMessage):
        return None
    return features(subject=message.content.subject, text=message.content.text, language=message.content.language)


@dataclass
class Workshop:
    """A store whose writer runs. `book` and `clock` may be changed."""

    store: Store
    book: Rulebook = BOOK
    clock: datetime = BEGAN + timedelta(hours=1)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def acting(self) -> Acting:
        return Acting(store=self.store, book=lambda: self.book, now=lambda: self.clock, written=Bell())

    async def store_raw(
        self, account: str, *, delivery_id: str = "", body: bytes = b"raw", is_backfill: bool = False
    ) -> tuple[int, RawMessage]:
        """Deliver a raw message; it is pending."""
        name = delivery_id or f"delivery-{next(self.numbers)}"
        raw = RawMessage(account=account, delivery_id=name, body=body, is_backfill=is_backfill)
        delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account=account, received_at=self.clock)
        (receipt,) = await self.store.writer.deliver(delivery)
        return receipt.inbox_id, raw

    async def delivered(self, account: str, *items: Inbound, **raw: Any) -> Delivered:
        """Items as a parser would have read them from a delivery that is in the inbox."""
        inbox_id, stored = await self.store_raw(account, **raw)
        return read_by_hand(inbox_id, stored, self.clock, items)

    async def process(self, *batch: Delivered) -> None:
        writer = self.store.writer
        await writer.batch(lambda session: process(session, batch, self.book, next_id=writer.take_id))

    async def take(self, account: str, *items: Inbound, **raw: Any) -> int:
        """Deliver and process items; the id of the first message."""
        delivered = await self.delivered(account, *items, **raw)
        await self.process(delivered)
        return delivered.inbox_id * 1024

    async def card_of(self, identity: str, account: str = "") -> Card:
        async with self.store.readers.read() as session:
            found = await card(session, identity_of(identity, account))
        assert found is not None
        return found

    async def events(self, kind: str = "") -> list[Event]:
        async with self.store.readers.read() as session:
            found = await events.since(session, after=0, limit=1000)
        return [one for one in found if not kind or one.type == kind]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """What the database holds, for what no repository shows."""
        async with self.store.readers.read() as session:
            assert isinstance(session, SqliteSession)
            return [dict(row) for row in await session._connection.execute_fetchall(sql)]


@asynccontextmanager
async def workshop(folder: Path) -> AsyncIterator[Workshop]:
    folder.mkdir(parents=True, exist_ok=True)
    store = await open_store(folder, now=BEGAN, on_broken=lambda exc: None)
    writing = asyncio.create_task(store.writer.run())
    try:
        yield Workshop(store)
    finally:
        await store.writer.stop()
        await writing
        await store.close()
        assert_described(folder / DATABASE_FILE)
