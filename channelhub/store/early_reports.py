"""Reports quicker than the end of the call that they are about: what its messages are called isn't known until then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from channelhub.store.database import Session, Value
from channelhub.store.outbox import OutboxItem, SentName
from channelhub.store.sqlfile import Queries

_sql = Queries.of("early_reports")
KEPT_US = 3600 * 1_000_000  # a call lasts a minute at most; one that a crash cut off never names its messages


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyReport:
    """A delivery that reports on a message by a name that nothing has yet."""

    name: SentName
    inbox_id: int
    at_us: int


async def under_way(session: Session, names: Collection[SentName]) -> set[SentName]:
    """Those that may name what is being sent just now."""
    rows = await session.all(_sql.under_way, identity_ids=sorted({one.identity_id for one in names}))
    sending = {(row["account"], row["identity_id"]) for row in rows}
    return {one for one in names if (one.account, one.identity_id) in sending}


async def keep(session: Session, reports: Sequence[EarlyReport]) -> None:
    """Keep them until their names are known; those that nothing was ever called after go."""
    if not reports:
        return
    await session.run(_sql.forget, before_us=min(one.at_us for one in reports) - KEPT_US)
    await session.run_many(
        _sql.add,
        [
            {
                "identity_id": one.name.identity_id,
                "external_ref": one.name.external_ref,
                "account": one.name.account,
                "inbox_id": one.inbox_id,
                "at_us": one.at_us,
            }
            for one in reports
        ],
    )


async def take(session: Session, item: OutboxItem, names: Collection[str]) -> list[int]:
    """The deliveries that reported on an item by these names; they are no longer kept."""
    if not names:
        return []
    asked: dict[str, Value] = {"identity_id": item.identity_id, "account": item.account, "external_refs": sorted(names)}
    found = [row["inbox_id"] for row in await session.all(_sql.called, **asked)]
    if found:
        await session.run(_sql.done, **asked)
    return list(dict.fromkeys(found))
