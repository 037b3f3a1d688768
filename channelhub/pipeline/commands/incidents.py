"""Agents change incidents, along the state matrix and against the version they read."""

from dataclasses import replace

from channelhub.domain.events.incidents import IncidentChanged
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, NotFound
from channelhub.pipeline.opening import incident_event
from channelhub.rules import lifecycle
from channelhub.rules.identity import digest_id
from channelhub.rules.incident import Incident
from channelhub.store import events, hub, incidents, people, timeline
from channelhub.store.database import Session
from channelhub.store.timeline import Entry


async def change(
    acting: Acting,
    actor: str,
    incident_id: int,
    *,
    version: int,
    state: IncidentState | None = None,
    priority: Priority | None = None,
    assignee: str | None = None,
) -> Incident:
    """Change an incident; it as it is now. Raises NotFound, Conflict for a stale version, CommandRefused."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Incident:
        known = await incidents.get(session, incident_id)
        if known is None:
            raise NotFound(f"there is no incident {incident_id}")
        if known.version != version:
            raise Conflict(f"incident {incident_id} has version {known.version}, not {version}: read it again")
        changed = replace(known, version=known.version + 1, changed_us=now_us)
        if state is not None and state is not known.state:
            changed = to_state(changed, state, now_us)
        if priority is not None:
            changed = replace(changed, priority=priority, priority_reasons=(f"set by {actor}",))
        if assignee is not None:
            changed = replace(changed, assignee=assignee[:200])
        await save_change(session, known, changed, actor=actor)
        return changed

    changed = await acting.store.writer.command(write)
    acting.written.ring()
    return changed


def to_state(one: Incident, state: IncidentState, at_us: int) -> Incident:
    """Raises CommandRefused where the state matrix has no such change."""
    try:
        lifecycle.check(one.state, state)
    except lifecycle.TransitionRefused as exc:
        raise CommandRefused(str(exc)) from exc
    times = {**one.state_times, str(state): one.state_times.get(str(state), at_us)}
    return replace(one, state=state, state_times=times)


async def save_change(session: Session, before: Incident, after: Incident, *, actor: str) -> None:
    """The row, its timeline entry, its event and its audit line."""
    owner = (await people.identities(session, [after.identity_id]))[after.identity_id]
    said = [
        f"{name}: {old} → {new}"
        for name, old, new in (
            ("state", before.state, after.state),
            ("priority", before.priority, after.priority),
            ("assignee", before.assignee or "nobody", after.assignee or "nobody"),
        )
        if old != new
    ]
    await incidents.save(session, [after])
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
                preview="; ".join(said),
                conversation_id=after.conversation_id,
                incident_id=after.id,
                state=str(after.state),
            )
        ],
    )
    await events.append(session, [incident_event(IncidentChanged, after, customer_id=owner.customer_id)])
    detail = {"changes": "; ".join(said)}
    await hub.record(
        session, at_us=after.changed_us, actor=actor, action="incident.change", target=str(after.id), detail=detail
    )
