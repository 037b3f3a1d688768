"""Events of incidents: registered contacts that want an answer."""

from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.events.payload import CustomerId, EventType, IncidentId, Payload, Version
from channelhub.domain.incidents import IncidentState, Priority


class IncidentData(Payload, frozen=True, kw_only=True):
    """An incident as it stands after what happened."""

    incident_id: IncidentId
    number: Annotated[int, msgspec.Meta(ge=1, description="What people call it: #1042.")]
    customer_id: CustomerId
    state: Annotated[IncidentState, msgspec.Meta(description="Where it stands.")]
    priority: Annotated[Priority, msgspec.Meta(description="How urgent it is.")]
    assignee: Annotated[str, msgspec.Meta(description="Who works on it; empty: nobody yet.")]
    version: Version


class IncidentOpened(IncidentData, frozen=True, kw_only=True):
    """A contact that wants an answer was registered."""

    TYPE: ClassVar[str] = "incident.opened"


class IncidentChanged(IncidentData, frozen=True, kw_only=True):
    """An incident has another state, priority or assignee, other tags, or is put out of sight or back."""

    TYPE: ClassVar[str] = "incident.changed"


TYPES = (
    EventType(
        payload=IncidentOpened,
        when="When a message comes that belongs to no open incident; not for machines, blocked senders or history.",
        example=IncidentOpened(
            incident_id="40963",
            number=1042,
            customer_id="7215530814720",
            state=IncidentState.NEW,
            priority=Priority.HIGH,
            assignee="",
            version=1,
        ),
    ),
    EventType(
        payload=IncidentChanged,
        when="When a person changes it, when the customer writes again, our answer can't be delivered, a snooze ends.",
        example=IncidentChanged(
            incident_id="40963",
            number=1042,
            customer_id="7215530814720",
            state=IncidentState.IN_PROGRESS,
            priority=Priority.HIGH,
            assignee="Olena",
            version=3,
        ),
    ),
)
