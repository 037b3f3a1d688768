"""Pages of incidents as the inbox shows them: each state is a run of an index, and the runs are merged while reading.

A look at states, or at somebody's own, costs the same however many incidents there are. What no index has (an account,
a channel) is looked for among `MOST_LOOKED` incidents a page; then the page ends early and says where to go on.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from channelhub.domain.incidents import IncidentState
from channelhub.rules.inbox import OPEN_STATES, Folder, Look, Order, look
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries, Query

_sql = Queries.of("worklist")
MOST_LOOKED: Final = 3000
STEP: Final = 500
MOST_COUNTED: Final = 99
COUNTED: Final = (Folder.OPEN, Folder.NEW, Folder.MINE, Folder.WAITING, Folder.SNOOZED)
_END: Final = (1 << 63) - 1
_IN_STATE: Final = {
    Order.NEWEST: _sql.state_newest,
    Order.OLDEST: _sql.state_oldest,
    Order.CHANGED: _sql.state_changed,
}
_ASSIGNED: Final = {
    Order.NEWEST: _sql.assigned_newest,
    Order.OLDEST: _sql.assigned_oldest,
    Order.CHANGED: _sql.assigned_changed,
}

Place = tuple[int, int]  # of an incident in the order: when it changed (0 where that isn't the order), its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`next`: where the page after this one begins; None at the end."""

    ids: list[int]
    next: Place | None


async def page(session: Session, wanted: Look, *, after: Place | None, limit: int) -> Found:
    """The incidents of a look from a place on: at most `limit`, and fewer where too many others stand between."""
    place = after if after is not None else _beginning(wanted.order)
    step = limit + 1 if _is_exact(wanted) else max(STEP, limit + 1)
    kept: list[Place] = []
    looked = 0
    while True:
        rows = await _walk(session, wanted, place, step)
        kept += [_place(row, wanted.order) for row in await _fitting(session, wanted, rows)]
        looked += len(rows)
        if len(kept) > limit:
            return Found(ids=[one for _, one in kept[:limit]], next=kept[limit - 1])
        if len(rows) < step:
            return Found(ids=[one for _, one in kept], next=None)
        place = _place(rows[-1], wanted.order)
        if looked >= MOST_LOOKED:
            return Found(ids=[one for _, one in kept], next=place)


async def counts(session: Session, *, me: str) -> Mapping[Folder, int]:
    """How many incidents each folder has; one more than `MOST_COUNTED` where it has more than that."""
    return {folder: await _count(session, look(folder, me=me)) for folder in COUNTED}


async def _count(session: Session, wanted: Look) -> int:
    most, found = MOST_COUNTED + 1, 0
    for state, is_snoozed in _runs(wanted):
        query, own = (
            (_sql.count_in_state, {})
            if wanted.assignee is None
            else (_sql.count_assigned, {"assignee": wanted.assignee})
        )
        row = await session.one(query, state=state, is_snoozed=is_snoozed, most=most - found, **own)
        found += 0 if row is None else int(row["incidents"])
        if found >= most:
            break
    return found


async def _walk(session: Session, wanted: Look, place: Place, step: int) -> list[Row]:
    """The next `step` incidents that an index has in this order."""
    if _is_by_tag(wanted):
        query = _sql.tagged_newest if wanted.order is Order.NEWEST else _sql.tagged_oldest
        return await session.all(query, tag=wanted.tag, after_id=place[1], limit=step)
    query, values = _query(wanted)
    after = {"after_id": place[1]} | ({"after_us": place[0]} if wanted.order is Order.CHANGED else {})
    runs = [
        await session.all(query, state=state, is_snoozed=is_snoozed, limit=step, **values, **after)
        for state, is_snoozed in _runs(wanted)
    ]
    is_rising = wanted.order is Order.OLDEST
    return list(islice(heapq.merge(*runs, key=lambda row: _place(row, wanted.order), reverse=not is_rising), step))


def _query(wanted: Look) -> tuple[Query, dict[str, str]]:
    if wanted.assignee:
        return _ASSIGNED[wanted.order], {"assignee": wanted.assignee}
    return _IN_STATE[wanted.order], {}


async def _fitting(session: Session, wanted: Look, rows: list[Row]) -> list[Row]:
    if wanted.tag and not _is_by_tag(wanted):
        tagged = await session.all(_sql.with_tag, tag=wanted.tag, ids=[row["id"] for row in rows])
        own = {row["incident_id"] for row in tagged}
        rows = [row for row in rows if row["id"] in own]
    return [row for row in rows if _fits(wanted, row)]


def _fits(wanted: Look, row: Row) -> bool:
    return (
        IncidentState(row["state"]) in wanted.states
        and wanted.is_snoozed in (None, bool(row["is_snoozed"]))
        and wanted.assignee in (None, row["assignee"])
        and wanted.channel in ("", row["channel"])
        and wanted.account in ("", row["account"])
    )


def _runs(wanted: Look) -> list[tuple[str, int]]:
    """States and whether snoozed: what is over is never snoozed."""
    snoozed = (0, 1) if wanted.is_snoozed is None else (int(wanted.is_snoozed),)
    return [(str(state), one) for state in wanted.states for one in snoozed if one == 0 or state in OPEN_STATES]


def _is_by_tag(wanted: Look) -> bool:
    return bool(wanted.tag) and wanted.order is not Order.CHANGED


def _is_exact(wanted: Look) -> bool:
    """Whether everything that is walked over fits."""
    return replace(wanted, channel="", account="", tag="") == wanted and wanted.assignee != ""


def _place(row: Row, order: Order) -> Place:
    return (row["changed_us"] if order is Order.CHANGED else 0), row["id"]


def _beginning(order: Order) -> Place:
    return (0, -1) if order is Order.OLDEST else (_END, _END)
