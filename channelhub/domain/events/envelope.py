"""An event as it goes out, by the live stream and by webhooks alike."""

from typing import Annotated, Any

import msgspec

from channelhub.domain.events.payload import Moment


class EventBody(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `type`, `timestamp` and `data` are named as Standard Webhooks recommends."""

    id: Annotated[str, msgspec.Meta(description="The event's id: digits, to be kept as text. It grows.")]
    type: Annotated[str, msgspec.Meta(description="One of the types of `GET /api/v1/event-types`.")]
    version: Annotated[int, msgspec.Meta(ge=0, description="Of the type's schema; it changes by added fields only.")]
    timestamp: Annotated[Moment, msgspec.Meta(description="When it happened.")]
    account: Annotated[str, msgspec.Meta(description="The account it belongs to; empty where it belongs to none.")]
    replayed: Annotated[bool, msgspec.Meta(description="History was read again; it happened before.")]
    data: Annotated[dict[str, Any], msgspec.Meta(description="As the type's schema says.")]
