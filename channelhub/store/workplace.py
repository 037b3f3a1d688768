"""Tags of incidents, saved views of the inbox, and steps that can be undone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.rules.inbox import Folder, Order
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("workplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a saved view shows: a folder and what narrows it. `assignee` may be `me`: whoever looks."""

    folder: Folder = Folder.OPEN
    assignee: str = ""
    channel: str = ""
    account: str = ""
    tag: str = ""
    order: Order = Order.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A filter with a name. `owner`: as assignees are called."""

    id: int
    owner: str
    name: str
    filter: Filter
    is_shared: bool
    version: int
    changed_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """How an incident was before a step, and the version that the step made."""

    incident_id: int
    version_after: int
    state: IncidentState
    state_times: dict[str, int]
    priority: Priority
    priority_reasons: tuple[str, ...]
    assignee: str
    is_snoozed: bool
    snoozed_until_us: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody did at once, to be undone at once."""

    id: int
    actor: str
    at_us: int
    before: tuple[Earlier, ...]


async def tags_of(session: Session, incident_ids: Iterable[int]) -> dict[int, list[str]]:
    """The tags of each incident in their order; none for one without."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in await session.all(_sql.tags_of, ids=sorted(set(incident_ids))):
        found[row["incident_id"]].append(row["tag"])
    return found


async def change_tags(session: Session, incident_id: int, *, add: Iterable[str], remove: Iterable[str]) -> None:
    await session.run_many(_sql.remove_tag, [{"tag": tag, "incident_id": incident_id} for tag in sorted(remove)])
    await session.run_many(_sql.add_tag, [{"tag": tag, "incident_id": incident_id} for tag in sorted(add)])


async def known_tags(session: Session, *, limit: int) -> list[str]:
    """The tags that incidents have, in their order."""
    return [row["tag"] for row in await session.all(_sql.known_tags, limit=limit)]


async def add_view(session: Session, *, owner: str, name: str, shown: Filter, is_shared: bool, changed_us: int) -> int:
    row = await session.one(
        _sql.add_view, owner=owner, name=name, look=_json(shown), is_shared=int(is_shared), changed_us=changed_us
    )
    assert row is not None, "an insert returns its id"
    return int(row["id"])


async def view(session: Session, view_id: int) -> View | None:
    row = await session.one(_sql.view, id=view_id)
    return None if row is None else _view(row)


async def own_views(session: Session, owner: str, *, limit: int) -> list[View]:
    return [_view(row) for row in await session.all(_sql.own_views, owner=owner, limit=limit)]


async def shared_views(session: Session, *, limit: int) -> list[View]:
    return [_view(row) for row in await session.all(_sql.shared_views, limit=limit)]


async def save_view(session: Session, changed: View) -> None:
    await session.run(
        _sql.save_view,
        id=changed.id,
        name=changed.name,
        look=_json(changed.filter),
        is_shared=int(changed.is_shared),
        version=changed.version,
        changed_us=changed.changed_us,
    )


async def remove_view(session: Session, view_id: int) -> None:
    await session.run(_sql.remove_view, id=view_id)


async def add_step(
    session: Session, *, actor: str, at_us: int, before: Sequence[Earlier], forget_before_us: int
) -> int:
    """Remember what was done, and forget what is too old to be undone; the step's id."""
    await session.run(_sql.forget_steps, before_us=forget_before_us)
    row = await session.one(_sql.add_step, actor=actor, at_us=at_us, before=msgspec.json.encode(before).decode())
    assert row is not None, "an insert returns its id"
    return int(row["id"])


async def step(session: Session, step_id: int) -> Step | None:
    row = await session.one(_sql.step, id=step_id)
    if row is None:
        return None
    before = msgspec.json.decode(row["before"], type=tuple[Earlier, ...])
    return Step(id=row["id"], actor=row["actor"], at_us=row["at_us"], before=before)


async def remove_step(session: Session, step_id: int) -> None:
    await session.run(_sql.remove_step, id=step_id)


def _json(shown: Filter) -> str:
    return msgspec.json.encode(shown).decode()


def _view(row: Row) -> View:
    return View(
        id=row["id"],
        owner=row["owner"],
        name=row["name"],
        filter=msgspec.json.decode(row["look"], type=Filter),
        is_shared=bool(row["is_shared"]),
        version=row["version"],
        changed_us=row["changed_us"],
    )
