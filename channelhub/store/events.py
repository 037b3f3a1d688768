"""What happened, in order: read by the live stream and by webhook endpoints."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channelhub.domain.events.catalogue import version_of
from channelhub.domain.events.envelope import EventBody
from channelhub.domain.events.payload import Payload
from channelhub.domain.times import from_us, to_us
from channelhub.store.database import Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("events")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to be written with the rows it tells of. What its payload is says its type."""

    at: datetime
    account: str = ""
    identity_id: int | None = None
    data: Payload
    is_replayed: bool = False

    @property
    def type(self) -> str:
        return self.data.TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A written event. Ids grow in the order of commits, so a reader that remembers the last one misses nothing."""

    id: int
    type: str
    at: datetime
    account: str
    identity_id: int | None
    data: dict[str, Any]
    is_replayed: bool


async def append(session: Session, events: Sequence[NewEvent]) -> None:
    """Write events in the current transaction."""
    await session.run_many(
        _sql.append,
        [
            {
                "type": event.type,
                "at_us": to_us(event.at),
                "account": event.account,
                "identity_id": event.identity_id,
                "data": as_json(event.data),
                "is_replayed": int(event.is_replayed),
            }
            for event in events
        ],
    )


def body_of(event: Event) -> EventBody:
    """As it goes out. The shape's version is today's: it describes older events, too."""
    return EventBody(
        id=str(event.id),
        type=event.type,
        version=version_of(event.type),
        timestamp=event.at,
        account=event.account,
        replayed=event.is_replayed,
        data=event.data,
    )


async def since(session: Session, *, after: int, limit: int) -> list[Event]:
    """The events that follow the id `after`, oldest first."""
    return [
        Event(
            id=row["id"],
            type=row["type"],
            at=from_us(row["at_us"]),
            account=row["account"],
            identity_id=row["identity_id"],
            data=json.loads(row["data"]),
            is_replayed=bool(row["is_replayed"]),
        )
        for row in await session.all(_sql.since, after=after, limit=limit)
    ]


async def oldest_id(session: Session) -> int:
    """The id of the first event that is still kept; 0 when there is none."""
    row = await session.one(_sql.oldest_id)
    return 0 if row is None else int(row["id"])


async def newest_id(session: Session) -> int:
    """The id of the last event; 0 when there is none."""
    row = await session.one(_sql.newest_id)
    return 0 if row is None else int(row["id"])


async def first_since(session: Session, at: datetime) -> int:
    """The lowest id of an event of this time or later; 0 when there is none. Looks at the whole table."""
    row = await session.one(_sql.first_since, at_us=to_us(at))
    return 0 if row is None else int(row["id"])
