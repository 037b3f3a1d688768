"""Agents work through an inbox: many incidents changed at once, steps undone, views of the inbox saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, Invalid, NotFound
from channelhub.pipeline.commands.incidents import UNDO_US, Change, change_one, checked, remember, save_change
from channelhub.store import hub, incidents, workplace
from channelhub.store.database import Session
from channelhub.store.workplace import Earlier, Filter, View

MOST_AT_ONCE = 100
MAX_VIEW_NAME = 80  # characters
MOST_VIEWS = 50  # of one person; as many shared ones are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An incident, and the version that was read; None: whatever it is now."""

    incident_id: int
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one incident of many: its version now, or why it was left alone."""

    incident_id: int
    version: int | None
    refusal: CommandRefused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """`undo_id`: the step that takes all of it back; None where nothing was changed, or it was an undoing."""

    items: Sequence[Outcome]
    undo_id: int | None = None


async def change_many(acting: Acting, actor: str, asked: Sequence[Wanted], wanted: Change) -> Outcomes:
    """Change incidents in one commit; those that can't be changed are left alone, and said. Raises Invalid."""
    if not 0 < len(asked) <= MOST_AT_ONCE:
        raise Invalid(f"1 to {MOST_AT_ONCE} incidents are changed at once")
    if len({one.incident_id for one in asked}) < len(asked):
        raise Invalid("an incident is named twice")
    now_us = to_us(acting.now())
    wanted = checked(wanted, now_us=now_us)

    async def write(session: Session) -> Outcomes:
        items: list[Outcome] = []
        before: list[Earlier] = []
        for one in asked:
            try:
                was, now, _ = await change_one(
                    session, actor, one.incident_id, wanted, version=one.version, now_us=now_us
                )
            except CommandRefused as exc:
                items.append(Outcome(incident_id=one.incident_id, version=None, refusal=exc))
                continue
            before.append(was)
            items.append(Outcome(incident_id=now.id, version=now.version))
        undo_id = await remember(session, actor, before, now_us=now_us) if before else None
        return Outcomes(items=items, undo_id=undo_id)

    done = await acting.store.writer.command(write)
    acting.written.ring()
    return done


async def undo(acting: Acting, actor: str, step_id: int) -> Outcomes:
    """Take back what the same person did within ten minutes: each incident as it was before, where nothing changed it
    since. Raises NotFound for a step that isn't theirs, is too old or was undone."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outcomes:
        step = await workplace.step(session, step_id)
        if step is None or step.actor != actor or step.at_us < now_us - UNDO_US:
            raise NotFound("there is nothing to undo: it is more than ten minutes ago, was undone, or isn't yours")
        items = [await _take_back(session, actor, one, now_us=now_us) for one in step.before]
        await workplace.remove_step(session, step_id)
        return Outcomes(items=items)

    done = await acting.store.writer.command(write)
    acting.written.ring()
    return done


async def _take_back(session: Session, actor: str, before: Earlier, *, now_us: int) -> Outcome:
    known = await incidents.get(session, before.incident_id)
    if known is None or known.version != before.version_after:
        gone = NotFound("it is gone") if known is None else Conflict("it was changed since")
        return Outcome(incident_id=before.incident_id, version=None, refusal=gone)
    restored = replace(
        known,
        version=known.version + 1,
        changed_us=now_us,
        state=before.state,
        state_times=before.state_times,
        priority=before.priority,
        priority_reasons=before.priority_reasons,
        assignee=before.assignee,
        is_snoozed=before.is_snoozed,
        snoozed_until_us=before.snoozed_until_us,
    )
    tags_now = tuple((await workplace.tags_of(session, [known.id]))[known.id])
    await save_change(
        session, known, restored, actor=actor, tags_before=tags_now, tags=before.tags, action="incident.undo"
    )
    return Outcome(incident_id=known.id, version=restored.version)


async def save_view(acting: Acting, actor: str, name: str, shown: Filter, *, owner: str, is_shared: bool) -> View:
    """A new saved view of somebody's. Raises Invalid for a name, CommandRefused for one too many."""
    name, now_us = _named(name), to_us(acting.now())

    async def write(session: Session) -> View:
        if len(await workplace.own_views(session, owner, limit=MOST_VIEWS)) >= MOST_VIEWS:
            raise CommandRefused(f"one person has at most {MOST_VIEWS} views: delete one first")
        view_id = await workplace.add_view(
            session, owner=owner, name=name, shown=shown, is_shared=is_shared, changed_us=now_us
        )
        await hub.record(session, at_us=now_us, actor=actor, action="view.save", target=str(view_id))
        return View(id=view_id, owner=owner, name=name, filter=shown, is_shared=is_shared, version=1, changed_us=now_us)

    return await acting.store.writer.command(write)


async def change_view(
    acting: Acting,
    actor: str,
    view_id: int,
    *,
    owner: str,
    version: int,
    name: str | None = None,
    shown: Filter | None = None,
    is_shared: bool | None = None,
) -> View:
    """Change one's own view. Raises NotFound, Conflict for a stale version, Invalid for a name."""
    name, now_us = (None if name is None else _named(name)), to_us(acting.now())

    async def write(session: Session) -> View:
        known = await _own_view(session, owner, view_id)
        if known.version != version:
            raise Conflict(f"view {view_id} has version {known.version}, not {version}: read it again")
        changed = replace(
            known,
            name=known.name if name is None else name,
            filter=known.filter if shown is None else shown,
            is_shared=known.is_shared if is_shared is None else is_shared,
            version=known.version + 1,
            changed_us=now_us,
        )
        await workplace.save_view(session, changed)
        await hub.record(session, at_us=now_us, actor=actor, action="view.change", target=str(view_id))
        return changed

    return await acting.store.writer.command(write)


async def remove_view(acting: Acting, actor: str, view_id: int, *, owner: str) -> None:
    """Take one's own view away. Raises NotFound."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await _own_view(session, owner, view_id)
        await workplace.remove_view(session, view_id)
        await hub.record(session, at_us=now_us, actor=actor, action="view.remove", target=str(view_id))

    await acting.store.writer.command(write)


async def _own_view(session: Session, owner: str, view_id: int) -> View:
    known = await workplace.view(session, view_id)
    if known is None or known.owner != owner:
        raise NotFound("you have no such view")
    return known


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_VIEW_NAME:
        raise Invalid(f"a view's name has 1 to {MAX_VIEW_NAME} characters")
    return name
