"""Which endpoints get an event, for many events at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from channelhub.domain.webhooks import Endpoint, Filters
from channelhub.rules.webhooks.filters import Subject, takes
from channelhub.store import messages
from channelhub.store.database import Session
from channelhub.store.events import Event

_MOST_KEPT = 10_000


class Audience:
    """The enabled endpoints at one revision. What was decided for a kind of event is kept."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self.endpoints = tuple(endpoints)
        self.has_segments = any(one.filters.segments for one in self.endpoints)
        self._by_filters: dict[Filters, list[Endpoint]] = defaultdict(list)
        for one in self.endpoints:
            self._by_filters[one.filters].append(one)
        self._decided: dict[Subject, tuple[Endpoint, ...]] = {}

    def of(self, event: Event, *, segment: str) -> list[int]:
        """The ids of those that get the event, in order."""
        subject = Subject(type=event.type, account=event.account, segment=segment, is_replayed=event.is_replayed)
        decided = self._decided.get(subject)
        if decided is None:
            groups = [group for filters, group in self._by_filters.items() if takes(filters, subject)]
            decided = tuple(sorted((one for group in groups for one in group), key=lambda one: one.id))
            if len(self._decided) >= _MOST_KEPT:
                self._decided.clear()
            self._decided[subject] = decided
        return [one.id for one in decided if event.id > one.starts_after]


async def segments(session: Session, found: Sequence[Event]) -> dict[int, str]:
    """The class of the customer that each event is about, by the event's id, as the message it names says it."""
    named = {event.id: str(event.data.get("message_id") or "") for event in found}
    ids = {event_id: int(text) for event_id, text in named.items() if text.isascii() and text.isdigit()}
    known = await messages.get_many(session, set(ids.values()))
    return {
        event_id: known[message_id].extra.get("segment", "").strip().lower()
        for event_id, message_id in ids.items()
        if message_id in known
    }
