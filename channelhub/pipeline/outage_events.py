"""The events that tell of outages."""

from channelhub.domain.times import from_us
from channelhub.rules.outage.phrasing import sentences
from channelhub.store.events import NewEvent
from channelhub.store.outages import Outage


def event(
    kind: str, outage: Outage, *, customers: int | None = None, into_id: int | None = None, actor: str = ""
) -> NewEvent:
    """An event that tells of an outage; `into_id` is the other one of a merge or split."""
    data: dict[str, object] = {
        "outage_id": str(outage.id),
        "state": str(outage.state),
        "terms": list(outage.terms),  # customers' own words, the title, stay in the database
        "reasons": sentences(outage.reasons),
        "began_at": from_us(outage.began_us).isoformat(),
        "version": outage.version,
    }
    if outage.level:
        data["level"] = outage.level
    if customers is not None:
        data["customers"] = customers
    if into_id is not None:
        data["into_id"] = str(into_id)
    if actor:
        data["actor"] = actor
    return NewEvent(type=kind, at=from_us(outage.changed_us), data=data)
