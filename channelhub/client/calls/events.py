"""The types of events; the events themselves come by `follow`.

Made by `make client`; not changed by hand.
"""

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Id, Tagged, part


class Events:
    """The types of events; the events themselves come by `follow`."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def types(self) -> shapes.EventTypeList:
        """Every type of event, in a sentence each."""
        return self._hub.ask(Call("GET", "/api/v1/event-types"))

    def describe(self, event_type: Id) -> shapes.EventTypeDescription:
        """A type of event: the schema of its data, and an example."""
        return self._hub.ask(Call("GET", f"/api/v1/event-types/{part(event_type)}"))

    def describe_tagged(self, event_type: Id) -> Tagged[shapes.EventTypeDescription]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/event-types/{part(event_type)}"))

    def describe_if_changed(self, event_type: Id, etag: str) -> Tagged[shapes.EventTypeDescription] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/event-types/{part(event_type)}", if_none_match=etag))
