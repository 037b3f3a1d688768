"""What a search found, as the API shows it."""

from datetime import datetime

import msgspec

from channelhub.domain.people import Identity
from channelhub.domain.times import from_us
from channelhub.pipeline.searching import Hit


class CustomerHit(msgspec.Struct, frozen=True, kw_only=True):
    """A customer that a search found, by an address or name (`matched`), or by a message (`message_id`, `text`).

    `text` is the line around what was found, `marks` where in it that stands: [start, end) in characters."""

    customer_id: str
    name: str
    matched: str
    message_id: str | None = None
    text: str = ""
    marks: list[tuple[int, int]] = []
    at: datetime | None = None
    channel: str = ""


class CustomerHits(msgspec.Struct, frozen=True, kw_only=True):
    """People by name or address first, then messages, the newest or the most relevant first. `next` continues with
    older messages; the most relevant are one page."""

    items: list[CustomerHit]
    next: str | None


def person(one: Identity) -> CustomerHit:
    return CustomerHit(customer_id=str(one.customer_id), name=one.name, matched=f"{one.key.kind}:{one.shown}")


def hit(one: Hit) -> CustomerHit:
    return CustomerHit(
        customer_id=str(one.customer_id),
        name=one.name,
        matched="message",
        message_id=str(one.entry.id),
        text=one.passage,
        marks=list(one.marks),
        at=from_us(one.entry.at_us),
        channel=one.entry.channel,
    )
