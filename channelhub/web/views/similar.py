"""What the API shows of messages like another."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.rules.outage.similar import Similar
from channelhub.store.timeline import Entry

Found = Sequence[Similar]


class SimilarView(msgspec.Struct, frozen=True, kw_only=True):
    """`score` is 0 to 1; `shared_terms` the most telling first; `outages` the ones this message is in."""

    message_id: str
    customer_id: str
    score: float
    shared_terms: list[str]
    channel: str
    at: datetime
    text: str
    outages: list[str]


class SimilarList(msgspec.Struct, frozen=True, kw_only=True):
    """The most alike first."""

    items: list[SimilarView]


def similar(one: Similar, entry: Entry, customer_id: int, outages: Sequence[int]) -> SimilarView:
    return SimilarView(
        message_id=str(one.id),
        customer_id=str(customer_id),
        score=one.score,
        shared_terms=list(one.shared_terms),
        channel=entry.channel,
        at=from_us(entry.at_us),
        text=entry.preview,
        outages=[str(outage_id) for outage_id in outages],
    )
