"""What the configured rules make of an outage after each change: confirm it by itself, raise its level.

Looked at after every single decision, so that the same is written whatever commits the decisions fall into.
"""

from dataclasses import dataclass, field, replace

from channelhub.domain.events.outages import OutageConfirmed, OutageEscalated
from channelhub.domain.outages import OutageState
from channelhub.pipeline.monitoring import alerts_of
from channelhub.pipeline.outage_events import event
from channelhub.rules.outage.confirmation import ConfirmationRules, confirmed_by
from channelhub.rules.outage.escalation import EscalationRules
from channelhub.rules.outage.reasons import Escalated, Reasons
from channelhub.store import events, outage_decisions, outage_members, outages
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Outage


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRules:
    """What the hub does about outages by itself."""

    confirmation: ConfirmationRules = field(default_factory=ConfirmationRules)
    escalation: EscalationRules = field(default_factory=EscalationRules)

    @property
    def is_any(self) -> bool:
        """Something is switched on."""
        return self.confirmation.is_any or bool(self.escalation.levels)


def may_act(rules: LifeRules, outage: Outage) -> bool:
    """Whether `follow` could change this outage, whatever its reports are."""
    is_confirmable = outage.state is OutageState.SUSPECTED and rules.confirmation.is_any
    return is_confirmable or (outage.state.is_open and bool(rules.escalation.above(outage.level)))


async def follow(session: Session, outage: Outage, rules: LifeRules, *, score: float, at_us: int) -> None:
    """Confirm and escalate the outage where the rules say so. `score` is its strongest evidence, 0 if unknown."""
    if outage.state is OutageState.SUSPECTED and rules.confirmation.is_any:
        outage = await _confirm(session, outage, rules.confirmation, score=score, at_us=at_us)
    if outage.state.is_open and rules.escalation.above(outage.level):
        await _escalate(session, outage, rules.escalation, at_us=at_us)


async def _confirm(session: Session, outage: Outage, rules: ConfirmationRules, *, score: float, at_us: int) -> Outage:
    found = (await outages.counts(session, [outage.id])).get(outage.id)
    if found is None:
        return outage
    channels = len(await outage_members.channels(session, outage.id)) if rules.channels else 0
    alerts = (
        await alerts_of(session, terms=outage.terms, began_us=outage.began_us, until_us=found.last_us)
        if rules.with_alert
        else ()
    )
    has_alert = any(alert.shared for alert in alerts)
    why = confirmed_by(rules, customers=found.customers, channels=channels, score=score, has_alert=has_alert)
    if why is None:
        return outage
    confirmed = replace(
        outage,
        state=OutageState.CONFIRMED,
        version=outage.version + 1,
        reasons=(*outage.reasons, why),
        changed_us=at_us,
    )
    await outages.save(session, [confirmed])
    await events.append(session, [event(OutageConfirmed, confirmed, customers=found.customers)])
    await _remember(session, confirmed, "confirm", (why,), customers=found.customers)
    return confirmed


async def _escalate(session: Session, outage: Outage, rules: EscalationRules, *, at_us: int) -> None:
    classes = await outage_members.segments(session, outage.id)
    size = rules.size(classes)
    reached = rules.newly_reached(outage.level, size)
    if not reached:
        return
    why = Escalated(level=reached[-1].name, customers=sum(classes.values()), weighed=round(size, 1))
    for level in reached:  # each is told of once: somebody may listen for the lower one only
        outage = replace(outage, level=level.name, version=outage.version + 1, changed_us=at_us)
        await events.append(session, [event(OutageEscalated, outage, customers=why.customers)])
    await outages.save(session, [outage])
    await _remember(session, outage, "escalated", (why,), customers=why.customers)


async def _remember(session: Session, outage: Outage, word: str, why: Reasons, *, customers: int) -> None:
    decided = Decided(outage_id=outage.id, at_us=outage.changed_us, decision=word, reasons=why, customers=customers)
    await outage_decisions.add(session, [decided])
