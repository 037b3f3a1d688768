"""An incident is opened for a message, or the message joins one that is open."""

from dataclasses import replace

from channelhub.content.features import Features
from channelhub.domain.events.incidents import IncidentChanged, IncidentData, IncidentOpened
from channelhub.domain.incidents import IncidentState
from channelhub.domain.times import from_us
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.placing import LINKED, NEW_SUBJECT
from channelhub.pipeline.threads import SUBJECT
from channelhub.rules import incident, lifecycle, priority
from channelhub.rules.incident import Incident
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message

MAX_TERMS = 24


def open_or_join(desk: Desk, stored: Message, features: Features | None) -> Incident:
    """The incident this message belongs to, saved on the desk."""
    assert stored.conversation_id is not None
    terms = features.terms[:MAX_TERMS] if features else ()
    customer_id = desk.customer_of(stored.identity_id)
    candidates = desk.open_incidents(customer_id)
    known = incident.find(
        candidates,
        conversation_ids=_thread_of(desk, stored),
        terms=terms,
        order_id=stored.order_id,
        at_us=stored.received_us,
        new_subject=stored.subject if NEW_SUBJECT in stored.marks else "",
    )
    if known is not None:
        return _join(desk, stored, known)
    own = desk.customers_identities(customer_id)
    assessed = priority.assess(
        problem=features.problem if features else 0.0,
        open_outages=len(set().union(*(desk.outages.get(one, set()) for one in own))),
        repeats=len(candidates),
    )
    desk.last_number += 1
    opened = Incident(
        id=stored.id,
        number=desk.last_number,
        identity_id=stored.identity_id,
        conversation_id=stored.conversation_id,
        state=IncidentState.NEW,
        version=1,
        priority=assessed.priority,
        priority_reasons=assessed.reasons,
        subject=stored.subject,
        language=stored.language,
        terms=terms,
        order_id=stored.order_id,
        opened_us=stored.received_us,
        changed_us=stored.received_us,
        state_times={str(IncidentState.NEW): stored.received_us},
        account=stored.account,
        channel=stored.channel,
    )
    desk.save_incident(opened)
    desk.written.events.append(incident_event(IncidentOpened, opened, customer_id=customer_id))
    return opened


def _thread_of(desk: Desk, stored: Message) -> set[int]:
    """The message's conversation, and those of its thread that are linked to it."""
    here = desk.threads.present(stored.conversation_id or 0)
    if here is None:
        return set()
    linked = desk.threads.linked(here) if LINKED in stored.marks else ()
    return {here.id, *(one.id for one, reason in linked if reason != SUBJECT)}


def _join(desk: Desk, stored: Message, known: Incident) -> Incident:
    state = lifecycle.on_customer_message(known.state)
    if state is known.state and known.changed_us >= stored.received_us and not known.is_snoozed:
        return known
    changed = replace(incident.awake(known), state=state, changed_us=max(known.changed_us, stored.received_us))
    if state is not known.state or known.is_snoozed:
        changed = replace(
            changed,
            version=known.version + 1,
            state_times={**known.state_times, str(state): known.state_times.get(str(state), stored.received_us)},
        )
        customer_id = desk.customer_of(known.identity_id)
        desk.written.events.append(incident_event(IncidentChanged, changed, customer_id=customer_id))
    desk.save_incident(changed)
    return changed


def incident_event(payload: type[IncidentData], one: Incident, *, customer_id: int) -> NewEvent:
    """An event of this type that tells of an incident."""
    return NewEvent(
        at=from_us(one.changed_us),
        identity_id=one.identity_id,
        data=payload(
            incident_id=str(one.id),
            number=one.number,
            customer_id=str(customer_id),
            state=one.state,
            priority=one.priority,
            assignee=one.assignee,
            version=one.version,
        ),
    )
