"""Outages, their reports, and what grouping needs to go on after a restart."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.reasons import Reasons, decoded, encoded
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outages")


class CheckpointMoved(Exception):
    """What was decided is already written, by a stage that was started later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A mass incident. `id` is the id of the message that raised it; times in microseconds UTC."""

    id: int
    state: OutageState
    version: int
    title: str
    terms: tuple[str, ...]
    reasons: Reasons
    began_us: int
    opened_us: int
    changed_us: int
    closed_us: int | None = None
    merged_into: int | None = None
    actor: str = ""
    level: str = ""  # the highest escalation level it has reached
    split_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One report in an outage, with why it is there."""

    message_id: int
    identity_id: int
    weight: float
    reasons: Reasons
    at_us: int
    segment: str = ""  # the customer's class, as the report said it


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMember:
    """A member with what a list shows of it."""

    message_id: int
    identity_id: int
    customer_id: int
    channel: str
    account: str
    subject: str
    language: str
    weight: float
    reasons: Reasons
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    messages: int
    customers: int
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeatures:
    """What grouping sees of one message: `report` is JSON of rules.outage.report.Report."""

    seq: int
    message_id: int
    version: int
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Grouping has read up to `seq`; `snapshot` holds its counters as of `snapshot_seq`."""

    seq: int = 0
    snapshot: bytes | None = None
    snapshot_seq: int = 0
    snapshot_us: int = 0


async def add_features(session: Session, rows: Sequence[tuple[int, int, str]]) -> None:
    """(message id, version, report JSON), in the order grouping shall read them."""
    await session.run_many(
        _sql.add_features,
        [{"message_id": left, "version": version, "report": report} for left, version, report in rows],
    )


async def rewrite_features(session: Session, message_id: int, version: int, report: str) -> None:
    await session.run(_sql.rewrite_features, message_id=message_id, version=version, report=report)


async def remove_features(session: Session, message_id: int) -> None:
    await session.run(_sql.remove_features, message_id=message_id)


async def retire_features(session: Session, message_id: int, report: str) -> None:
    """Let `report` of a decision stand where a message's features stood."""
    await session.run(_sql.retire_features, message_id=message_id, report=report)


async def features_of(session: Session, message_id: int) -> StoredFeatures | None:
    row = await session.one(_sql.features_of, message_id=message_id)
    return None if row is None else _features(row)


async def features_after(session: Session, seq: int, *, limit: int) -> list[StoredFeatures]:
    return [_features(row) for row in await session.all(_sql.features_after, seq=seq, limit=limit)]


async def newest_seq(session: Session) -> int:
    row = await session.one(_sql.newest_seq)
    return 0 if row is None else int(row["seq"])


async def checkpoint(session: Session) -> Checkpoint:
    row = await session.one(_sql.checkpoint)
    if row is None:
        return Checkpoint()
    return Checkpoint(
        seq=row["seq"], snapshot=row["snapshot"], snapshot_seq=row["snapshot_seq"], snapshot_us=row["snapshot_us"]
    )


async def move_checkpoint(session: Session, seq: int, *, after: int) -> None:
    """Say that grouping has read up to `seq`. Raises CheckpointMoved when it isn't at `after`: somebody else has read
    on meanwhile, and what was decided from there must not be written twice."""
    moved = await session.one(_sql.move_checkpoint, seq=seq, after=after)
    if moved is None:
        raise CheckpointMoved(f"grouping is not at {after} any more")


async def save(session: Session, outages: Sequence[Outage]) -> None:
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "state": str(one.state),
                "version": one.version,
                "title": one.title,
                "terms": as_json(one.terms),
                "reasons": encoded(one.reasons),
                "began_us": one.began_us,
                "opened_us": one.opened_us,
                "changed_us": one.changed_us,
                "closed_us": one.closed_us,
                "merged_into": one.merged_into,
                "actor": one.actor,
                "level": one.level,
                "split_from": one.split_from,
            }
            for one in outages
        ],
    )


async def get(session: Session, outage_id: int) -> Outage | None:
    row = await session.one(_sql.by_id, id=outage_id)
    return None if row is None else _outage(row)


async def page(session: Session, *, before: int, limit: int) -> list[Outage]:
    """The newest outages of every state, older than `before`."""
    return [_outage(row) for row in await session.all(_sql.page, before=before, limit=limit)]


async def still_open(session: Session) -> list[Outage]:
    return [_outage(row) for row in await session.all(_sql.open)]


async def add_members(session: Session, outage_id: int, members: Sequence[Member]) -> None:
    """Add reports to an outage. One that it has stays as it is; one that a person moved out stays out."""
    ids = [one.message_id for one in members]
    rows = await session.all(_sql.excluded, outage_id=outage_id, message_ids=ids) if ids else []
    excluded = {row["message_id"] for row in rows}
    added = await session.run_many(
        _sql.add_member,
        [
            {
                "outage_id": outage_id,
                "message_id": one.message_id,
                "identity_id": one.identity_id,
                "weight": one.weight,
                "reasons": encoded(one.reasons),
                "at_us": one.at_us,
                "segment": one.segment,
            }
            for one in members
            if one.message_id not in excluded
        ],
    )
    if added:
        await session.run(_sql.count_added, outage_id=outage_id, added=added)


async def move_members(session: Session, outage_id: int, *, into_id: int) -> None:
    """Let another outage have these reports too; the merged one keeps its own for the record."""
    moved = await session.run_many(_sql.move_members, [{"outage_id": outage_id, "into_id": into_id}])
    await session.run(_sql.count_added, outage_id=into_id, added=moved + 1)


async def members(session: Session, outage_id: int, *, limit: int = 1000) -> list[ListedMember]:
    """The newest reports of an outage."""
    return [
        ListedMember(
            message_id=row["message_id"],
            identity_id=row["identity_id"],
            customer_id=row["customer_id"],
            channel=row["channel"],
            account=row["account"],
            subject=row["subject"],
            language=row["language"],
            weight=row["weight"],
            reasons=decoded(row["reasons"]),
            at_us=row["at_us"],
        )
        for row in await session.all(_sql.members, outage_id=outage_id, limit=limit)
    ]


async def counts(session: Session, outage_ids: Iterable[int]) -> dict[int, Counts]:
    rows = await session.all(_sql.member_counts, outage_ids=sorted(set(outage_ids)))
    return {
        row["outage_id"]: Counts(
            messages=row["messages"], customers=row["customers"], first_us=row["first_us"], last_us=row["last_us"]
        )
        for row in rows
    }


async def open_of(session: Session, identity_ids: Iterable[int]) -> dict[int, set[int]]:
    """The open outages that some identities reported, by identity."""
    found: dict[int, set[int]] = {}
    for row in await session.all(_sql.open_of_identities, ids=sorted(set(identity_ids))):
        found.setdefault(row["identity_id"], set()).add(row["outage_id"])
    return found


async def of_message(session: Session, message_id: int) -> list[int]:
    return [row["outage_id"] for row in await session.all(_sql.of_message, message_id=message_id)]


def _features(row: Row) -> StoredFeatures:
    return StoredFeatures(seq=row["seq"], message_id=row["message_id"], version=row["version"], report=row["report"])


def _outage(row: Row) -> Outage:
    return Outage(
        id=row["id"],
        state=OutageState(row["state"]),
        version=row["version"],
        title=row["title"],
        terms=tuple(json.loads(row["terms"])),
        reasons=decoded(row["reasons"]),
        began_us=row["began_us"],
        opened_us=row["opened_us"],
        changed_us=row["changed_us"],
        closed_us=row["closed_us"],
        merged_into=row["merged_into"],
        actor=row["actor"],
        level=row["level"],
        split_from=row["split_from"],
    )
