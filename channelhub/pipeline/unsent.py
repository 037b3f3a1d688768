"""What a channel refused, or may have taken, is told like what it reports later: an event, and its incident goes on.

Notices are left out: their own page lists which of them failed, and a channel that is down would make thousands.
"""

from dataclasses import replace

from channelhub.domain.events.incidents import IncidentChanged
from channelhub.domain.events.messages import MessageStatus
from channelhub.domain.outbound import ONCE_KINDS, OutboxState
from channelhub.domain.times import from_us
from channelhub.pipeline.opening import incident_event
from channelhub.rules import incident, lifecycle
from channelhub.store import events, incidents, messages, people
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message
from channelhub.store.outbox import OutboxItem

TOLD = frozenset({OutboxState.FAILED, OutboxState.UNCERTAIN})


async def tell(session: Session, item: OutboxItem, state: OutboxState, *, at_us: int) -> None:
    """Say that a message ended as failed or uncertain; nothing for other states and for notices."""
    message = None if state not in TOLD or item.kind in ONCE_KINDS else await messages.get(session, item.message_id)
    owner = (await people.identities(session, [item.identity_id])).get(item.identity_id)
    if message is None or owner is None:
        return
    told = NewEvent(
        at=from_us(at_us),
        account=item.account,
        identity_id=item.identity_id,
        data=MessageStatus(
            message_id=str(message.id),
            customer_id=str(owner.customer_id),
            conversation_id=str(message.conversation_id) if message.conversation_id else None,
            incident_id=str(message.incident_id) if message.incident_id else None,
            account=message.account,
            channel=message.channel,
            reported=state,
            state=state,
            permanent=state is OutboxState.FAILED,
        ),
    )
    await events.append(session, [told])
    if state is OutboxState.FAILED:
        await _take_up(session, message, owner.customer_id, at_us)


async def _take_up(session: Session, message: Message, customer_id: int, at_us: int) -> None:
    """Who never got the answer is not who we wait for."""
    known = await incidents.get(session, message.incident_id) if message.incident_id else None
    state = lifecycle.on_undelivered(known.state) if known is not None else None
    if known is None or state is None or (state is known.state and not known.is_snoozed):
        return
    times = {**known.state_times, str(state): known.state_times.get(str(state), at_us)}
    changed = replace(
        incident.awake(known),
        state=state,
        version=known.version + 1,
        changed_us=max(known.changed_us, at_us),
        state_times=times,
    )
    await incidents.save(session, [changed])
    await events.append(session, [incident_event(IncidentChanged, changed, customer_id=customer_id)])
