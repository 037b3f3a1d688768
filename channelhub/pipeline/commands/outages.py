"""People confirm, monitor, resolve and dismiss outages; the detector hears of it in the order of its stream."""

from dataclasses import replace

from channelhub.domain.events.outages import entered
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, NotFound
from channelhub.pipeline.grouping import add_decision
from channelhub.pipeline.outage_events import event
from channelhub.rules.outage.decided import Deed, PersonsDecision
from channelhub.rules.outage.lifecycle import Action, next_state
from channelhub.rules.outage.reasons import ByPerson
from channelhub.store import events, hub, outage_decisions, outages
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Outage


async def confirm(acting: Acting, actor: str, outage_id: int, *, version: int | None = None) -> Outage:
    """A person says it is an outage. Raises NotFound, Conflict for a stale version, CommandRefused."""
    return await _decide(acting, actor, outage_id, Action.CONFIRM, version)


async def monitor(acting: Acting, actor: str, outage_id: int, *, version: int | None = None) -> Outage:
    """A person says that the fix is in: it is watched whether reports go on."""
    return await _decide(acting, actor, outage_id, Action.MONITOR, version)


async def resolve(acting: Acting, actor: str, outage_id: int, *, version: int | None = None) -> Outage:
    """A person says it is over."""
    return await _decide(acting, actor, outage_id, Action.RESOLVE, version)


async def dismiss(acting: Acting, actor: str, outage_id: int, *, version: int | None = None) -> Outage:
    """A person says it is none: its profile is remembered and stays silent for a while."""
    return await _decide(acting, actor, outage_id, Action.DISMISS, version)


async def known_outage(session: Session, outage_id: int, *, version: int | None = None) -> Outage:
    """The outage as it stands. Raises NotFound, and Conflict where it isn't at `version` any more."""
    known = await outages.get(session, outage_id)
    if known is None:
        raise NotFound(f"there is no outage {outage_id}")
    if version is not None and version != known.version:
        raise Conflict(f"outage {outage_id} has version {known.version}, not {version}: read it again")
    return known


async def _decide(acting: Acting, actor: str, outage_id: int, action: Action, version: int | None) -> Outage:
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        known = await known_outage(session, outage_id, version=version)
        state = next_state(known.state, action)
        if state is None:
            raise CommandRefused(f"an outage in state {known.state} can't be changed by {action}")
        changed = replace(
            known,
            state=state,
            version=known.version + 1,
            changed_us=now_us,
            closed_us=None if state.is_open else now_us,
            actor=actor,
        )
        await outages.save(session, [changed])
        by_person = Decided(
            outage_id=outage_id,
            at_us=now_us,
            decision=str(action),
            reasons=(ByPerson(action=str(action)),),
            actor=actor,
        )
        await outage_decisions.add(session, [by_person])
        await add_decision(session, PersonsDecision(action=Deed(str(action)), outage_id=outage_id, at_us=now_us))
        counts = (await outages.counts(session, [outage_id])).get(outage_id)
        told = event(entered(state), changed, customers=counts.customers if counts else 0, actor=actor)
        await events.append(session, [told])
        await hub.record(session, at_us=now_us, actor=actor, action=f"outage.{action}", target=str(outage_id))
        return changed

    changed = await acting.store.writer.command(write)
    acting.written.ring()
    return changed


def must_be_open(known: Outage) -> None:
    """Raises CommandRefused for what is over, or not raised yet."""
    if not known.state.is_open or known.state is OutageState.EMERGING:
        raise CommandRefused(f"outage {known.id} is {known.state}: only an open one can be changed so")
