"""The events that tell of outages."""

from msgspec import UNSET

from channelhub.domain.events.outages import OutageData
from channelhub.domain.times import from_us
from channelhub.rules.outage.phrasing import sentences
from channelhub.store.events import NewEvent
from channelhub.store.outages import Outage


def event(
    payload: type[OutageData],
    outage: Outage,
    *,
    customers: int | None = None,
    into_id: int | None = None,
    actor: str = "",
) -> NewEvent:
    """An event of this type that tells of an outage; `into_id` is the other one of a merge or split."""
    data = payload(
        outage_id=str(outage.id),
        state=outage.state,
        terms=list(outage.terms),  # customers' own words, the title, stay in the database
        reasons=sentences(outage.reasons),
        began_at=from_us(outage.began_us),
        version=outage.version,
        level=outage.level or UNSET,
        customers=UNSET if customers is None else customers,
        into_id=UNSET if into_id is None else str(into_id),
        actor=actor or UNSET,
    )
    return NewEvent(at=from_us(outage.changed_us), data=data)
