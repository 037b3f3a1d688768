"""What the card tells beside the timeline: habits, promises, what was told, the last journey events. Learned before
(`pipeline/learning.py`), so a few rows are read however long the history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.people import Identity
from channelhub.rules.habits import Tally, together
from channelhub.rules.promises import Made
from channelhub.rules.told import Told, merged
from channelhub.store import facts, learning, timeline
from channelhub.store.database import Session
from channelhub.store.facts import JourneyPlace
from channelhub.store.timeline import Entry

SHOWN_PROMISES = 10
SHOWN_ORDERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The last event of an order, or one that names none."""

    entry: Entry
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`promises` are the newest; how they stand follows from `tally.spoke_us`."""

    tally: Tally
    promises: Sequence[Made]
    told: Sequence[Told]
    journeys: Sequence[Journey]


async def known(session: Session, identities: Sequence[Identity]) -> Known:
    """Of some identities together; addresses of theirs are nothing that they told."""
    ids = [one.id for one in identities]
    places = last_of_orders(await facts.journeys_of(session, ids))
    entries = await timeline.get_many(session, [one.message_id for one in places])
    return Known(
        tally=together(await learning.habits_of(session, ids)),
        promises=await facts.promises_of(session, ids, limit=SHOWN_PROMISES),
        told=merged(
            await facts.told_of(session, ids), known=[(one.key.kind, one.key.value) for one in identities]
        ),
        journeys=[
            Journey(entry=entries[one.message_id], order_id=one.order_id)
            for one in places
            if one.message_id in entries
        ],
    )  # fmt: skip


def last_of_orders(places: Iterable[JourneyPlace]) -> list[JourneyPlace]:
    """Of events that come the newest first: the newest of each order, and those that name none."""
    found: dict[str, JourneyPlace] = {}
    for one in places:
        found.setdefault(one.order_id or f"\0{one.message_id}", one)
        if len(found) == SHOWN_ORDERS:
            break
    return list(found.values())
