"""Pages of incidents as the inbox shows them: each state is a run of an index, and the runs are merged while reading.

A look at states, or at somebody's own, costs the same however many incidents there are. What no index begins with, an
account or a channel, is looked for among `MOST_LOOKED` incidents a page; then the page ends early and says where to go
on.
"""

import heapq
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from channelhub.domain.incidents import IncidentState
from channelhub.rules.inbox import OPEN_STATES, Folder, Look, Order, look
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries, Query

_sql = Queries.of("worklist")
MOST_LOOKED: Final = 5000
MOST_SORTED: Final = 500  # that have a tag: then they are sorted, else walked over
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
    if wanted.tag and wanted.order is Order.CHANGED:
        tagged = await session.all(_sql.tagged_newest, tag=wanted.tag, after_id=_END, limit=MOST_SORTED + 1)
        if len(tagged) <= MOST_SORTED:
            return _sorted_page([row for row in tagged if _fits(wanted, row)], place, limit)
    kept: list[Place] = []
    looked = 0
    async for rows in _walk(session, wanted, place, limit + 1 if _is_exact(wanted) else STEP):
        kept += [_place(row, wanted.order) for row in await _fitting(session, wanted, rows)]
        looked += len(rows)
        if len(kept) > limit:
            return Found(ids=[one for _, one in kept[:limit]], next=kept[limit - 1])
        place = _place(rows[-1], wanted.order)
        if looked >= MOST_LOOKED:
            return Found(ids=[one for _, one in kept], next=place)
    return Found(ids=[one for _, one in kept], next=None)


def _sorted_page(rows: list[Row], after: Place, limit: int) -> Found:
    """Of few incidents, those changed last."""
    places = sorted((one for row in rows if (one := _place(row, Order.CHANGED)) < after), reverse=True)
    return Found(ids=[one for _, one in places[:limit]], next=places[limit - 1] if len(places) > limit else None)


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


async def _walk(session: Session, wanted: Look, place: Place, step: int) -> AsyncIterator[list[Row]]:
    """What the indexes have in this order, some at a time: the runs merged, each read on where it came to its end."""
    runs = [_Run(query, values, wanted.order, place, step) for query, values in _queries(wanted)]
    for run in runs:
        await run.read_on(session)
    heads = [(run.head, number) for number, run in enumerate(runs) if run.rows]
    heapq.heapify(heads)
    taken: list[Row] = []
    while heads:
        run = runs[heads[0][1]]
        taken.append(run.rows.popleft())
        if not run.rows:
            await run.read_on(session)
        if run.rows:
            heapq.heapreplace(heads, (run.head, heads[0][1]))
        else:
            heapq.heappop(heads)
        if len(taken) == step:
            yield taken
            taken = []
    if taken:
        yield taken


class _Run:
    """One index in its order, read `step` rows at a time. `head` sorts runs by which comes next."""

    def __init__(self, query: Query, values: Mapping[str, str | int], order: Order, place: Place, step: int) -> None:
        self._query, self._values, self._order, self._place, self._step = query, values, order, place, step
        self._is_over = False
        self.rows: deque[Row] = deque()

    @property
    def head(self) -> Place:
        place = _place(self.rows[0], self._order)
        return place if self._order is Order.OLDEST else (-place[0], -place[1])

    async def read_on(self, session: Session) -> None:
        if self._is_over:
            return
        after = {"after_id": self._place[1]} | ({"after_us": self._place[0]} if self._order is Order.CHANGED else {})
        found = await session.all(self._query, limit=self._step, **self._values, **after)
        self._is_over = len(found) < self._step
        self.rows.extend(found)
        if found:
            self._place = _place(found[-1], self._order)


def _queries(wanted: Look) -> list[tuple[Query, Mapping[str, str | int]]]:
    if _is_by_tag(wanted):
        query = _sql.tagged_newest if wanted.order is Order.NEWEST else _sql.tagged_oldest
        return [(query, {"tag": wanted.tag})]
    query, own = _query(wanted)
    return [(query, {**own, "state": state, "is_snoozed": is_snoozed}) for state, is_snoozed in _runs(wanted)]


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
