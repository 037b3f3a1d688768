"""One batch of readings → customers, conversations, incidents, timelines, events, outbox: one transaction.

Every delivery is decided on its own: `Culprit` names one whose decision failed, so that it can be parked alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.content.features import Features
from channelhub.domain.inbound import (
    CustomerProfile,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    MonitoringAlert,
    NewMessage,
)
from channelhub.domain.message_ids import message_id
from channelhub.domain.raw import RawMessage
from channelhub.pipeline import albums, happenings, profiling, reports
from channelhub.pipeline.arrival import Arrived, TakeId, claims_of, key_of
from channelhub.pipeline.changing import delete
from channelhub.pipeline.delivering import report
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.grouping import add_alert
from channelhub.pipeline.placing import wanted_of
from channelhub.pipeline.registering import edit, register
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.threads import Wanted
from channelhub.rules import identity as identity_rules
from channelhub.rules import ownership
from channelhub.rules.notices import optout
from channelhub.store import albums as album_parts
from channelhub.store import reach
from channelhub.store.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery that was read: its place in the inbox and its items with their features."""

    inbox_id: int
    raw: RawMessage
    received_at: datetime
    items: Sequence[Inbound]
    features: Sequence[Features | None]
    is_replayed: bool = False


class Culprit(Exception):
    """This delivery can't be decided about; the batch is to be tried again without it. A defect is ours to mend."""

    def __init__(self, inbox_id: int, reason: str, *, is_defect: bool = True) -> None:
        super().__init__(reason)
        self.inbox_id = inbox_id
        self.reason = reason
        self.is_defect = is_defect


async def process(session: Session, batch: Sequence[Delivered], book: Rulebook, *, next_id: TakeId) -> None:
    """Decide about a batch and write it. Raises Culprit; on any error the transaction is rolled back whole."""
    desk = Desk()
    await load(session, desk, batch, book)
    for delivered in batch:
        try:
            for arrived in arrivals(delivered):
                decide(desk, book, arrived, next_id)
        except happenings.Unplaceable as exc:
            raise Culprit(delivered.inbox_id, str(exc), is_defect=False) from exc
        except Exception as exc:
            raise Culprit(delivered.inbox_id, f"{type(exc).__name__} while deciding about it") from exc
    await desk.save(session)
    await reach.save(session, desk.written.reach.new)
    await albums.show(session, desk.written)
    if desk.monitored.news_us:
        await add_alert(session, at_us=desk.monitored.news_us)
    await desk.finish(session, [delivered.inbox_id for delivered in batch])


def arrivals(delivered: Delivered) -> Iterator[Arrived]:
    """Its items on their way."""
    for place, (item, found) in enumerate(zip(delivered.items, delivered.features, strict=True)):
        yield Arrived(
            id=message_id(delivered.inbox_id, place),
            inbox_id=delivered.inbox_id,
            raw=delivered.raw,
            received_at=delivered.received_at,
            item=item,
            features=found,
            is_replayed=delivered.is_replayed,
        )


def decide(desk: Desk, book: Rulebook, arrived: Arrived, next_id: TakeId) -> None:
    """Decide about one item on the desk. Raises Unplaceable."""
    item = arrived.item
    if isinstance(item, NewMessage):
        register(desk, book, arrived, item, revision=0, next_id=next_id)
    elif isinstance(item, EditedMessage):
        edit(desk, book, arrived, item, next_id=next_id)
    elif isinstance(item, DeletedMessage):
        delete(desk, book, arrived, item)
    elif isinstance(item, DeliveryStatus):
        report(desk, arrived, item)
    elif isinstance(item, MonitoringAlert):
        desk.monitored.note(arrived, item)
    elif isinstance(item, CustomerProfile):
        profiling.note(desk, book, arrived, item)
    else:
        happenings.note(desk, book, arrived, item)


async def load(session: Session, desk: Desk, batch: Sequence[Delivered], book: Rulebook) -> None:
    """Everything that the decisions about a batch look at."""
    identity_ids: set[int] = set()
    keys: set[str] = set()
    wanted: list[Wanted] = []
    returned: set[int] = set()
    declining: set[int] = set()
    arrived_ones = [one for delivered in batch for one in arrivals(delivered)]
    desk.reports = await reports.load(session, arrived_ones, book)
    identity_ids |= {one.identity_id for one in desk.reports.messages.values()}
    await desk.monitored.load(session, arrived_ones)
    for arrived in arrived_ones:
        keys.add(key_of(arrived, book))
        claims = claims_of(arrived, book)
        identity_ids |= {identity_rules.identity_id(claim.key) for claim in claims}
        message = arrived.item.message if isinstance(arrived.item, EditedMessage) else arrived.item
        if isinstance(message, NewMessage):
            writer_id = identity_rules.identity_id(claims[0].key)
            wanted.append(wanted_of(message, arrived, book, writer_id))
            if ownership.looks_returned(message):
                returned.add(writer_id)
            if optout.declines(message.content.own_words):
                declining.add(writer_id)
    await desk.load(
        session,
        identity_ids=identity_ids,
        wanted=Wanted.of(wanted),
        message_keys=keys,
        received=[delivered.received_at for delivered in batch],
        returned=returned,
    )
    await desk.loops.load_notices(session, declining)
    desk.written.reach.lost |= {(one.identity_id, one.account) for one in await reach.lost(session, identity_ids)}
    if desk.messages:
        desk.attachments |= await album_parts.sizes(session, [one.id for one in desk.messages.values()])
