"""Which reports an outage has: moved out for good, moved in, counted by customers' classes."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.rules.outage.reasons import Reasons, decoded
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_members")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMember:
    """A report in an outage, with whose it is."""

    message_id: int
    identity_id: int
    customer_id: int
    channel: str
    segment: str
    weight: float
    reasons: Reasons
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What of a message its membership keeps. `extra` are its further fields."""

    id: int
    identity_id: int
    at_us: int
    extra: Mapping[str, str]


async def candidates(session: Session, message_ids: Iterable[int]) -> list[Candidate]:
    """Messages that may become members."""
    rows = await session.all(_sql.candidates, message_ids=sorted(set(message_ids)))
    return [
        Candidate(id=row["id"], identity_id=row["identity_id"], at_us=row["at_us"], extra=json.loads(row["extra"]))
        for row in rows
    ]


async def named(session: Session, outage_id: int, message_ids: Iterable[int]) -> list[NamedMember]:
    """Those of the messages that are in the outage, by id."""
    rows = await session.all(_sql.named, outage_id=outage_id, message_ids=sorted(set(message_ids)))
    return [
        NamedMember(
            message_id=row["message_id"],
            identity_id=row["identity_id"],
            customer_id=row["customer_id"],
            channel=row["channel"],
            segment=row["segment"],
            weight=row["weight"],
            reasons=decoded(row["reasons"]),
            at_us=row["at_us"],
        )
        for row in rows
    ]


async def in_both(session: Session, outage_id: int, other_id: int, *, limit: int) -> list[int]:
    """The messages that are in both outages."""
    rows = await session.all(_sql.common_ids, outage_id=outage_id, other_id=other_id, limit=limit)
    return [row["message_id"] for row in rows]


async def remove(session: Session, outage_id: int, message_ids: Sequence[int], *, actor: str, at_us: int) -> None:
    """Move reports out of an outage. They stay out of it."""
    await session.run(_sql.remove, outage_id=outage_id, message_ids=list(message_ids))
    await session.run_many(
        _sql.exclude,
        [{"outage_id": outage_id, "message_id": one, "actor": actor, "at_us": at_us} for one in message_ids],
    )


async def allow(session: Session, outage_id: int, message_ids: Sequence[int]) -> None:
    """Forget that they were moved out of it."""
    await session.run(_sql.include, outage_id=outage_id, message_ids=list(message_ids))


async def allow_all(session: Session, outage_id: int, *, into_id: int) -> None:
    """Forget of all reports of an outage that they were moved out of another."""
    await session.run(_sql.include_all, outage_id=outage_id, into_id=into_id)


async def carry_exclusions(session: Session, outage_id: int, *, into_id: int) -> None:
    await session.run(_sql.carry_exclusions, outage_id=outage_id, into_id=into_id)


async def open_outages_of(session: Session, message_id: int) -> list[int]:
    """The outages that a message is in and that are not over."""
    return [row["outage_id"] for row in await session.all(_sql.in_open, message_id=message_id)]


async def segments(session: Session, outage_id: int) -> dict[str, int]:
    """The different customers of each class; the empty class is of those who have none.

    What an account says of a customer comes before what the customer's message says.
    """
    classes: Counter[str] = Counter()
    for row in await session.all(_sql.segments, outage_id=outage_id):
        classes[row["told"].strip().lower() or row["said"]] += row["customers"]
    return dict(classes)


async def channels(session: Session, outage_id: int) -> list[str]:
    """The channels that an outage's reports came on."""
    return [row["channel"] for row in await session.all(_sql.channels, outage_id=outage_id)]


async def reports(session: Session, message_ids: Iterable[int]) -> list[str]:
    """What outage detection was told of each message: JSON of rules.outage.report.Report."""
    rows = await session.all(_sql.reports, message_ids=sorted(set(message_ids)))
    return [row["report"] for row in rows]
