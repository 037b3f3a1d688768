"""Which endpoints get an event, for many events at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from channelhub.domain.webhooks import Endpoint, Filters
from channelhub.rules.webhooks.filters import Subject, takes
from channelhub.store import messages, people, profiles
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
    """The class of the customer that each event is about, by the event's id.

    What an account says of the customer comes before what the message itself says.
    """
    customers = {event.id: event.identity_id or _number(event, "customer_id") for event in found}
    by_customer = await _told(session, {one for one in customers.values() if one})
    named = {event.id: _number(event, "message_id") for event in found}
    known = await messages.get_many(session, {one for one in named.values() if one})
    said = {
        event_id: known[message_id].extra.get("segment", "").strip().lower()
        for event_id, message_id in named.items()
        if message_id in known
    }
    return {event_id: by_customer.get(customers[event_id], "") or said.get(event_id, "") for event_id in customers}


async def _told(session: Session, ids: set[int]) -> dict[int, str]:
    """The newest class that an account gave each of some identities' customers."""
    own = await people.identities(session, ids)
    newest: dict[int, str] = {}
    for profile in await profiles.of_customers(session, ids):
        if profile.segment:
            newest.setdefault(profile.customer_id, profile.segment.strip().lower())
    return {one.id: newest[one.customer_id] for one in own.values() if one.customer_id in newest}


def _number(event: Event, name: str) -> int:
    """An id among the facts of an event; 0 where it has none."""
    text = str(event.data.get(name) or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else 0
