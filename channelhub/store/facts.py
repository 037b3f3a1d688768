"""What was learned from messages: promises of ours, what customers told, where their journey events stand.

Rows belong to messages: a message that is read again has its rows replaced, one that is gone loses them. Of each
identity only the newest are kept, so that reading a card costs the same however long the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.rules.promises import Made
from channelhub.rules.told import Fact, Told, Topic
from channelhub.store.database import Session, Value
from channelhub.store.sqlfile import Queries

_sql = Queries.of("facts")
MOST_PROMISES = 20  # of one identity
MOST_TOLD = 10  # of one identity and topic
MOST_JOURNEYS = 30  # of one identity
READ = 1500  # rows of all of a customer's identities


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPlace:
    """A journey event's message, and the order it is about."""

    message_id: int
    identity_id: int
    at_us: int
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What some messages hold."""

    promises: Sequence[Made] = ()
    told: Sequence[Told] = ()
    journeys: Sequence[JourneyPlace] = ()


async def forget(session: Session, message_ids: Iterable[int]) -> None:
    """Take away what messages held."""
    ids = sorted(set(message_ids))
    await session.run(_sql.forget_promises, message_ids=ids)
    await session.run(_sql.forget_told, message_ids=ids)
    await session.run(_sql.forget_journeys, message_ids=ids)


async def replace(session: Session, message_ids: Iterable[int], learned: Learned) -> None:
    """Write what messages hold now in the place of what they held."""
    await forget(session, message_ids)
    await _add_promises(session, learned.promises)
    await _add_told(session, learned.told)
    await _add_journeys(session, learned.journeys)


async def promises_of(session: Session, identity_ids: Iterable[int], *, limit: int) -> list[Made]:
    """The newest promises to some identities together."""
    rows = await session.all(_sql.promises_of, ids=sorted(set(identity_ids)), limit=limit)
    return [
        Made(
            message_id=row["message_id"],
            identity_id=row["identity_id"],
            at_us=row["at_us"],
            words=row["words"],
            due_us=row["due_us"],
            is_day=bool(row["is_day"]),
        )
        for row in rows
    ]


async def told_of(session: Session, identity_ids: Iterable[int]) -> list[Told]:
    """What some identities told, the newest first."""
    rows = await session.all(_sql.told_of, ids=sorted(set(identity_ids)), limit=READ)
    return [
        Told(
            fact=Fact(topic=Topic(row["topic"]), value=row["value"], shown=row["shown"]),
            message_id=row["message_id"],
            identity_id=row["identity_id"],
            at_us=row["at_us"],
            is_verified=bool(row["is_verified"]),
        )
        for row in rows
    ]


async def journeys_of(session: Session, identity_ids: Iterable[int]) -> list[JourneyPlace]:
    """Where the newest journey events of some identities stand, the newest first."""
    return [
        JourneyPlace(
            message_id=row["message_id"],
            identity_id=row["identity_id"],
            at_us=row["at_us"],
            order_id=row["order_id"],
        )
        for row in await session.all(_sql.journeys_of, ids=sorted(set(identity_ids)), limit=READ)
    ]


async def _add_promises(session: Session, made: Sequence[Made]) -> None:
    places: dict[int, int] = {}
    rows: list[Mapping[str, Value]] = []
    for one in made:
        places[one.message_id] = n = places.get(one.message_id, -1) + 1
        rows.append(
            {
                "message_id": one.message_id,
                "n": n,
                "identity_id": one.identity_id,
                "at_us": one.at_us,
                "words": one.words,
                "due_us": one.due_us,
                "is_day": int(one.is_day),
            }
        )
    await session.run_many(_sql.add_promise, rows)
    touched = sorted({one.identity_id for one in made})
    await session.run_many(_sql.prune_promises, [{"identity_id": one, "most": MOST_PROMISES} for one in touched])


async def _add_told(session: Session, told: Sequence[Told]) -> None:
    await session.run_many(
        _sql.add_told,
        [
            {
                "message_id": one.message_id,
                "topic": str(one.fact.topic),
                "value": one.fact.value,
                "shown": one.fact.shown,
                "identity_id": one.identity_id,
                "at_us": one.at_us,
                "is_verified": int(one.is_verified),
            }
            for one in told
        ],
    )
    touched = sorted({(one.identity_id, str(one.fact.topic)) for one in told})
    await session.run_many(
        _sql.prune_told, [{"identity_id": one, "topic": topic, "most": MOST_TOLD} for one, topic in touched]
    )


async def _add_journeys(session: Session, places: Sequence[JourneyPlace]) -> None:
    await session.run_many(
        _sql.add_journey,
        [
            {
                "message_id": one.message_id,
                "identity_id": one.identity_id,
                "at_us": one.at_us,
                "order_id": one.order_id,
            }
            for one in places
        ],
    )
    touched = sorted({one.identity_id for one in places})
    await session.run_many(_sql.prune_journeys, [{"identity_id": one, "most": MOST_JOURNEYS} for one in touched])
