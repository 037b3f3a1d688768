"""Requests to erase a customer, what each is about, and the walks that find it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from channelhub.domain.people import IdentityKey
from channelhub.rules.erasing import NOBODY, Item, Step
from channelhub.rules.retention import Limit
from channelhub.store.database import Row, Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("erasures")
SINCE_SCHEMA = 59  # with all that is read of them here
ALL = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A request and how far it has come: also its receipt. Times in microseconds UTC; nothing here says whose it is.

    `is_compact`: the database's file was written anew since, so that nothing is left between its rows. With `limits` no
    customer is erased, but messages that are older.
    """

    id: int
    step: Step
    actor: str
    asked_us: int
    place: int = 0
    collected_until: int = 0
    done_us: int | None = None
    is_compact: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()

    @property
    def is_expiry(self) -> bool:
        return bool(self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table that is walked: its id, and what tells whether it is theirs."""

    id: int
    kind: str = ""
    owner: int | None = None
    text: str = ""
    data: Any = None


async def add(session: Session, erasure: Erasure) -> None:
    """Remember a request; one that is known stays as it is."""
    await session.run(
        _sql.add,
        id=erasure.id,
        step=str(erasure.step),
        actor=erasure.actor,
        asked_us=erasure.asked_us,
        limits=as_json(msgspec.to_builtins(erasure.limits)),
    )


async def get(session: Session, erasure_id: int) -> Erasure | None:
    row = await session.one(_sql.by_id, id=erasure_id)
    return None if row is None else _erasure(row)


async def oldest_open(session: Session) -> Erasure | None:
    return next(iter(await open_ones(session, limit=1)), None)


async def open_ones(session: Session, *, limit: int) -> list[Erasure]:
    """Requests that aren't carried out yet, the oldest first."""
    return [_erasure(row) for row in await session.all(_sql.open_ones, limit=limit)]


async def not_compact(session: Session, *, limit: int) -> list[Erasure]:
    """Those that are done without the file having been written anew since, the oldest first."""
    return [_erasure(row) for row in await session.all(_sql.not_compact, limit=limit)]


async def newest_expiry(session: Session) -> Erasure | None:
    """The last time that old messages went, or go."""
    row = await session.one(_sql.newest_expiry)
    return None if row is None else _erasure(row)


async def newest(session: Session, *, limit: int) -> list[Erasure]:
    """Of customers."""
    return [_erasure(row) for row in await session.all(_sql.page, limit=limit)]


async def known(session: Session) -> set[int]:
    return {row["id"] for row in await session.all(_sql.ids)}


async def save(session: Session, erasure: Erasure) -> None:
    await session.run(
        _sql.save,
        id=erasure.id,
        step=str(erasure.step),
        place=erasure.place,
        collected_until=erasure.collected_until,
        done_us=erasure.done_us,
        is_compact=int(erasure.is_compact),
        counts=as_json(dict(erasure.counts)),
    )


async def all_compact(session: Session) -> None:
    """The file was written anew after everything that is done."""
    await session.run(_sql.all_compact)


async def add_items(session: Session, erasure_id: int, kind: Item, ids: Iterable[int]) -> None:
    await session.run_many(_sql.add_item, [_item(erasure_id, kind, item=one) for one in sorted(set(ids))])


async def add_names(session: Session, erasure_id: int, kind: Item, names: Iterable[str], *, item: int = 0) -> None:
    rows = [_item(erasure_id, kind, item=item, name=one) for one in sorted(set(names))]
    await session.run_many(_sql.add_item, rows)


async def items(session: Session, erasure_id: int, kind: Item, *, after: int = -1, limit: int = ALL) -> list[int]:
    rows = await session.all(_sql.items, erasure_id=erasure_id, kind=str(kind), after=after, limit=limit)
    return [row["item"] for row in rows]


async def names(session: Session, erasure_id: int, kind: Item, *, limit: int = ALL) -> list[tuple[int, str]]:
    """(the id beside it or 0, name)."""
    rows = await session.all(_sql.names, erasure_id=erasure_id, kind=str(kind), limit=limit)
    return [(row["item"], row["name"]) for row in rows]


async def remove_names(session: Session, erasure_id: int, kind: Item, names: Sequence[str]) -> None:
    await session.run(_sql.remove_names, erasure_id=erasure_id, kind=str(kind), names=list(names))


async def settle_items(session: Session, erasure_id: int, kind: Item, ids: Sequence[int]) -> None:
    """Some items are done with."""
    await session.run(_sql.settle_items, erasure_id=erasure_id, kind=str(kind), items=list(ids))


async def remove_items(session: Session, erasure_id: int) -> None:
    """What it was about is forgotten."""
    await session.run(_sql.remove_items, erasure_id=erasure_id)


async def erasing(session: Session, identity_id: int) -> int | None:
    """The open request that an identity is in."""
    row = await session.one(_sql.erasing, item=identity_id)
    return None if row is None else int(row["erasure_id"])


async def only_named_by(session: Session, identity_ids: Sequence[int]) -> list[int]:
    """Addresses known only because these identities gave them without proof, as a phone typed into a form."""
    return [row["id"] for row in await session.all(_sql.only_named_by, ids=list(identity_ids))]


async def oldest_pending(session: Session) -> int | None:
    """The first delivery that waits to be read."""
    row = await session.one(_sql.oldest_pending)
    return None if row is None or row["inbox_id"] is None else int(row["inbox_id"])


async def messages_after(session: Session, after: int, *, limit: int) -> list[tuple[int, int]]:
    """(message id, identity id) in order."""
    return [(row["id"], row["identity_id"]) for row in await session.all(_sql.messages_after, after=after, limit=limit)]


async def deliveries_of(session: Session, message_ids: Sequence[int]) -> list[int]:
    return [row["inbox_id"] for row in await session.all(_sql.deliveries_of, ids=list(message_ids))]


async def outages_of(session: Session, message_ids: Sequence[int]) -> list[int]:
    return [row["outage_id"] for row in await session.all(_sql.outages_of, ids=list(message_ids))]


async def deliveries_of_people(session: Session, identity_ids: Sequence[int]) -> list[int]:
    """Deliveries that said something of customers without being a message."""
    return [row["inbox_id"] for row in await session.all(_sql.deliveries_of_people, ids=list(identity_ids))]


async def related(session: Session, identity_ids: Sequence[int]) -> list[int]:
    """Ids of their conversations, incidents, ratings, links, suggestions and of notes about them."""
    return [row["id"] for row in await session.all(_sql.related, ids=list(identity_ids))]


async def unread_between(session: Session, after: int, until: int, *, limit: int) -> list[int]:
    """Deliveries that no message names, the parked ones among them, in order."""
    return [row["id"] for row in await session.all(_sql.unread_between, after=after, until=until, limit=limit)]


async def salvaged(session: Session, inbox_id: int) -> str:
    """What was said of a parked delivery; empty where it isn't parked."""
    row = await session.one(_sql.salvaged, inbox_id=inbox_id)
    return "" if row is None else f"{row['salvage']} {row['detail']}"


async def keys(session: Session, inbox_ids: Sequence[int]) -> list[bytes]:
    """The delivery keys of deliveries."""
    return [bytes(row["delivery_key"]) for row in await session.all(_sql.keys, ids=list(inbox_ids))]


async def keys_after(session: Session, after: int, *, limit: int) -> list[tuple[int, bytes]]:
    rows = await session.all(_sql.keys_after, after=after, limit=limit)
    return [(row["id"], bytes(row["delivery_key"])) for row in rows]


async def people_after(session: Session, after: int, *, limit: int) -> list[tuple[int, IdentityKey]]:
    rows = await session.all(_sql.people_after, after=after, limit=limit)
    return [(row["id"], IdentityKey(kind=row["kind"], scope=row["scope"], value=row["value"])) for row in rows]


async def unqueue(session: Session, inbox_ids: Sequence[int]) -> None:
    """The pipeline asks for them no more."""
    await session.run(_sql.unqueue, ids=list(inbox_ids))


async def reports_after(session: Session, after: int, *, limit: int) -> list[tuple[int, int, str]]:
    """(place in the detector's stream, message id, report as JSON)."""
    rows = await session.all(_sql.reports_after, after=after, limit=limit)
    return [(row["seq"], row["message_id"], row["report"]) for row in rows]


async def events_after(session: Session, after: int, *, limit: int) -> list[Line]:
    return [
        Line(id=row["id"], kind=row["type"], owner=row["identity_id"], data=json.loads(row["data"]))
        for row in await session.all(_sql.events_after, after=after, limit=limit)
    ]


async def audit_after(session: Session, after: int, *, limit: int) -> list[Line]:
    return [
        Line(
            id=row["id"],
            kind=row["action"],
            text=row["target"],
            data=json.loads(row["detail"]),
        )
        for row in await session.all(_sql.audit_after, after=after, limit=limit)
    ]


async def alerts_after(session: Session, after: int, *, limit: int) -> list[Line]:
    return [
        Line(id=row["id"], kind=row["event_type"], owner=row["outage_id"], data=json.loads(row["content"]))
        for row in await session.all(_sql.alerts_after, after=after, limit=limit)
    ]


async def keyed_after(session: Session, after: int, *, limit: int) -> list[tuple[int, str, bytes]]:
    """(number, id, what was answered) of requests with an idempotency key."""
    rows = await session.all(_sql.keyed_after, after=after, limit=limit)
    return [(row["n"], row["id"], bytes(row["answer"])) for row in rows]


async def newer_message(session: Session, identity_ids: Collection[int]) -> bool:
    """Whether some message of theirs is there."""
    return await session.one(_sql.newer_message, ids=sorted(identity_ids)) is not None


async def add_nobody(session: Session, erasure_id: int, *, at_us: int) -> None:
    """An identity without address and name, for the figures."""
    await session.run(_sql.nobody, id=erasure_id, kind=NOBODY, value=str(erasure_id), at_us=at_us)


def _item(erasure_id: int, kind: Item, *, item: int = 0, name: str = "") -> dict[str, Value]:
    return {"erasure_id": erasure_id, "kind": str(kind), "item": item, "name": name}


def _erasure(row: Row) -> Erasure:
    return Erasure(
        id=row["id"],
        step=Step(row["step"]),
        actor=row["actor"],
        asked_us=row["asked_us"],
        place=row["place"],
        collected_until=row["collected_until"],
        done_us=row["done_us"],
        is_compact=bool(row["is_compact"]),
        counts=json.loads(row["counts"]),
        limits=msgspec.json.decode(row["limits"], type=tuple[Limit, ...]),
    )
