"""Agents change incidents, along the state matrix and against the version they read; each change can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from channelhub.domain.events.incidents import IncidentChanged
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, Invalid, NotFound
from channelhub.pipeline.opening import incident_event
from channelhub.rules import incident as incident_rules
from channelhub.rules import lifecycle
from channelhub.rules.identity import digest_id
from channelhub.rules.inbox import MOST_TAGS, TagRefused, tag_of
from channelhub.rules.incident import Incident
from channelhub.store import events, hub, incidents, people, timeline, workplace
from channelhub.store.database import Session
from channelhub.store.timeline import Entry
from channelhub.store.workplace import Earlier

MAX_ASSIGNEE = 200  # characters
LONGEST_SNOOZE_US = 366 * 24 * 3600 * 1_000_000
UNDO_US = 10 * 60 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Out of sight until a time, or (None) until the customer writes."""

    until_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change; None and nothing leave it as it is. `tags` are all it has then, `snooze` False wakes it."""

    state: IncidentState | None = None
    priority: Priority | None = None
    assignee: str | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    snooze: Snooze | bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The incident now, its tags, and the step that takes it back."""

    incident: Incident
    tags: tuple[str, ...]
    undo_id: int


async def change(acting: Acting, actor: str, incident_id: int, wanted: Change, *, version: int | None) -> Changed:
    """Change an incident; without a version, whatever it is now. Raises NotFound, Conflict for a stale version,
    CommandRefused where its state doesn't allow it, Invalid for what no incident can have."""
    now_us = to_us(acting.now())
    wanted = checked(wanted, now_us=now_us)

    async def write(session: Session) -> Changed:
        before, after, tags = await change_one(session, actor, incident_id, wanted, version=version, now_us=now_us)
        return Changed(incident=after, tags=tags, undo_id=await remember(session, actor, [before], now_us=now_us))

    changed = await acting.store.writer.command(write)
    acting.written.ring()
    return changed


def checked(wanted: Change, *, now_us: int) -> Change:
    """It with tags as they are kept. Raises Invalid."""
    if wanted.assignee is not None and len(wanted.assignee) > MAX_ASSIGNEE:
        raise Invalid(f"an assignee has at most {MAX_ASSIGNEE} characters")
    until_us = wanted.snooze.until_us if isinstance(wanted.snooze, Snooze) else None
    if until_us is not None and not now_us < until_us <= now_us + LONGEST_SNOOZE_US:
        raise Invalid("a snooze ends in the future, within a year")
    return replace(
        wanted,
        tags=None if wanted.tags is None else _tags(wanted.tags),
        add_tags=_tags(wanted.add_tags),
        remove_tags=_tags(wanted.remove_tags),
    )


async def change_one(
    session: Session, actor: str, incident_id: int, wanted: Change, *, version: int | None, now_us: int
) -> tuple[Earlier, Incident, tuple[str, ...]]:
    """Within a transaction: how it was, as it is now, its tags. Raises NotFound, Conflict, CommandRefused."""
    known = await incidents.get(session, incident_id)
    if known is None:
        raise NotFound(f"there is no incident {incident_id}")
    if version is not None and known.version != version:
        raise Conflict(f"incident {incident_id} has version {known.version}, not {version}: read it again")
    tags_before = tuple((await workplace.tags_of(session, [incident_id]))[incident_id])
    tags = _tags_after(tags_before, wanted)
    changed = _changed(replace(known, version=known.version + 1, changed_us=now_us), wanted, actor=actor)
    await save_change(session, known, changed, actor=actor, tags_before=tags_before, tags=tags)
    return earlier(known, tags_before, version_after=changed.version), changed, tags


def _changed(one: Incident, wanted: Change, *, actor: str) -> Incident:
    if wanted.state is not None and wanted.state is not one.state:
        one = to_state(one, wanted.state, one.changed_us)
    if wanted.priority is not None:
        one = replace(one, priority=wanted.priority, priority_reasons=(f"set by {actor}",))
    if wanted.assignee is not None:
        one = replace(one, assignee=wanted.assignee.strip())
    if wanted.snooze is False or not one.state.is_open:
        one = incident_rules.awake(one)
    if isinstance(wanted.snooze, Snooze):
        if not one.state.is_open:
            raise CommandRefused("an incident that is over can't be snoozed")
        one = replace(one, is_snoozed=True, snoozed_until_us=wanted.snooze.until_us)
    return one


def to_state(one: Incident, state: IncidentState, at_us: int) -> Incident:
    """Raises CommandRefused where the state matrix has no such change."""
    try:
        lifecycle.check(one.state, state)
    except lifecycle.TransitionRefused as exc:
        raise CommandRefused(str(exc)) from exc
    times = {**one.state_times, str(state): one.state_times.get(str(state), at_us)}
    return replace(one, state=state, state_times=times)


async def remember(session: Session, actor: str, before: list[Earlier], *, now_us: int) -> int:
    """Keep how incidents were for ten minutes; the id of the step."""
    return await workplace.add_step(
        session, actor=actor, at_us=now_us, before=before, forget_before_us=now_us - UNDO_US
    )


def earlier(one: Incident, tags: tuple[str, ...], *, version_after: int) -> Earlier:
    return Earlier(
        incident_id=one.id,
        version_after=version_after,
        state=one.state,
        state_times=one.state_times,
        priority=one.priority,
        priority_reasons=one.priority_reasons,
        assignee=one.assignee,
        is_snoozed=one.is_snoozed,
        snoozed_until_us=one.snoozed_until_us,
        tags=tags,
    )


async def save_change(
    session: Session,
    before: Incident,
    after: Incident,
    *,
    actor: str,
    tags_before: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    action: str = "incident.change",
) -> None:
    """The row, its tags, its timeline entry, its event and its audit line."""
    owner = (await people.identities(session, [after.identity_id]))[after.identity_id]
    said = "; ".join(
        f"{name}: {old} → {new}"
        for name, old, new in (
            ("state", before.state, after.state),
            ("priority", before.priority, after.priority),
            ("assignee", before.assignee or "nobody", after.assignee or "nobody"),
            ("tags", ", ".join(tags_before) or "none", ", ".join(tags) or "none"),
            ("snoozed", _snoozed(before), _snoozed(after)),
        )
        if old != new
    )
    await incidents.save(session, [after])
    await workplace.change_tags(
        session, after.id, add=set(tags) - set(tags_before), remove=set(tags_before) - set(tags)
    )
    await timeline.add(
        session,
        [
            Entry(
                identity_id=after.identity_id,
                at_us=after.changed_us,
                id=digest_id("incident", after.id, after.version),
                type="incident",
                channel="",
                account="",
                direction="",
                is_verified=True,
                subject=f"#{after.number}",
                preview=said,
                conversation_id=after.conversation_id,
                incident_id=after.id,
                state=str(after.state),
            )
        ],
    )
    await events.append(session, [incident_event(IncidentChanged, after, customer_id=owner.customer_id)])
    await hub.record(
        session, at_us=after.changed_us, actor=actor, action=action, target=str(after.id), detail={"changes": said}
    )


def _snoozed(one: Incident) -> str:
    if not one.is_snoozed:
        return "no"
    if one.snoozed_until_us is None:
        return "until the customer writes"
    return f"until {from_us(one.snoozed_until_us):%Y-%m-%d %H:%M} UTC"


def _tags(texts: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted({tag_of(one) for one in texts}))
    except TagRefused as exc:
        raise Invalid(str(exc)) from exc


def _tags_after(known: tuple[str, ...], wanted: Change) -> tuple[str, ...]:
    kept = set(known) if wanted.tags is None else set(wanted.tags)
    tags = tuple(sorted((kept | set(wanted.add_tags)) - set(wanted.remove_tags)))
    if len(tags) > MOST_TAGS:
        raise CommandRefused(f"an incident has at most {MOST_TAGS} tags")
    return tags
