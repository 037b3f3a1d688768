"""What a message gives away of its writer beside their addresses is noted, for suggestions to be made of."""

from collections.abc import Iterator

from channelhub.content.mentions import mentions, order_number
from channelhub.domain.inbound import Direction, JourneyEvent, NewMessage
from channelhub.domain.people import Handle
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived, claims_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import identity as identity_rules
from channelhub.rules import incident, ownership
from channelhub.rules.clues import ClueKind, order_key
from channelhub.rules.identity import identity_id, normalize

_ORDER_ATTRIBUTES = ("order_id", "order", "order_number", "orderId")  # of journey events
Given = tuple[ClueKind, int]


def note(desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage) -> None:
    """Of every version that comes, whatever came before it: what was said once was said. Machines and spam give
    nothing away, neither do we."""
    channel = book.account(arrived.raw.account).channel
    if (
        message.automatic.is_any
        or message.spam_score >= incident.SPAM_SCORE
        or ownership.direction(message, channel=channel) == Direction.OUT
    ):
        return
    found = {*_mentioned(message, arrived, book), *_devices(message.sender.handles, arrived, book)}
    if number := order_number(message.order_id):
        found.add((ClueKind.ORDER, order_key(number)))
    _keep(desk, book, arrived, message, found)


def note_journey(desk: Desk, book: Rulebook, arrived: Arrived, item: JourneyEvent) -> None:
    """Whose order it was."""
    numbers = {order_number(item.attributes.get(name, "")) for name in _ORDER_ATTRIBUTES} - {""}
    _keep(desk, book, arrived, item, {(ClueKind.ORDER, order_key(one)) for one in numbers})


def _keep(desk: Desk, book: Rulebook, arrived: Arrived, item: NewMessage | JourneyEvent, found: set[Given]) -> None:
    if not found:
        return
    writer_id = identity_id(claims_of(arrived, book)[0].key)
    at_us = to_us(min(item.sent_at or arrived.received_at, arrived.received_at))
    for kind, key in found:
        given = (writer_id, kind, key)
        desk.written.clues[given] = min(at_us, desk.written.clues.get(given, at_us))


def _mentioned(message: NewMessage, arrived: Arrived, book: Rulebook) -> Iterator[Given]:
    """Addresses and orders in the sender's own words, but for our own addresses."""
    found = mentions(f"{message.content.subject}\n{message.content.own_words}")
    for kind, written in (
        *((ClueKind.PHONE, one) for one in found.phones),
        *((ClueKind.EMAIL, one) for one in found.emails),
    ):
        handle = Handle(kind=str(kind), value=written)
        key = normalize(handle, account=arrived.raw.account, default_region=book.default_region)
        if key is not None and key.value not in book.own_addresses:
            yield kind, identity_id(key)
    for number in found.orders:
        yield ClueKind.ORDER, order_key(number)


def _devices(handles: tuple[Handle, ...], arrived: Arrived, book: Rulebook) -> Iterator[Given]:
    for handle in handles[1:]:
        if identity_rules.is_device(handle):
            key = normalize(handle, account=arrived.raw.account, default_region=book.default_region)
            if key is not None:
                yield ClueKind.DEVICE, identity_id(key)
