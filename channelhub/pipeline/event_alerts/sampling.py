"""A sample of what a target would be told of an event, for whoever tries it."""

from dataclasses import dataclass

from channelhub.domain.alerts import EventAlert, EventSummary


class NoSample(Exception):
    """There is none; the text says why. `is_of_event`: because of the event that was asked for."""

    def __init__(self, reason: str, *, is_of_event: bool = True) -> None:
        super().__init__(reason)
        self.is_of_event = is_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSample:
    """A marked event, and its words in the target's language."""

    content: EventAlert | EventSummary
    title: str
    text: str


def no_sample(_target: str, event_type: str) -> EventSample | None:
    """Of a hub without targets of events. Raises NoSample where an event is asked for."""
    if event_type:
        raise NoSample("no target is told of events")
    return None
