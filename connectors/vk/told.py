"""An event of VK, and what is known around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, Unknown
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, T
from connectors.vk.people import person
from connectors.vk.settings import Settings
from connectors.vk.shapes import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`id` names the delivery; `settings` say who we are and what counts as a message."""

    event: Event
    id: str
    settings: Settings
    arrived_ms: int = 1  # when it came first, Unix milliseconds; kept of edits only

    @property
    def community(self) -> int:
        """Our number as a writer: communities have negative ones."""
        return -(self.settings.group_id or self.event.group_id)

    def read(self, kind: type[T]) -> T:
        """The event's object. Raises Unparseable where it isn't of the documented shape."""
        try:
            return msgspec.json.decode(self.event.object, type=kind)
        except UNREADABLE as exc:
            raise Unparseable(f"{self.event.type[:MAX_SHAPE_CHARS]}: {str(exc)[:300]}") from exc

    def fields(self) -> Mapping[str, msgspec.Raw]:
        """The object's own fields; none where it isn't an object."""
        try:
            return msgspec.json.decode(self.event.object, type=dict[str, msgspec.Raw])
        except UNREADABLE:
            return {}

    def unknown(self, shape: str = "", *, who: int = 0, at: datetime | None = None) -> Unknown:
        """What is kept and shown by its name."""
        return Unknown(
            external_id=f"event:{self.id}",
            shape=(shape or self.event.type)[:MAX_SHAPE_CHARS],
            sender=person(who) if who else None,
            sent_at=at,
        )
