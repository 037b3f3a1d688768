"""Reports on messages that we sent find their message: its state, an entry that says why, an event.

A report is believed where it names a message by what we signed into it, or comes from a channel that proves itself and
names it by the id that it gave it. Any other stays what it is, an automatic message. A failure changes what is shown
and tells people; it blocks nobody. Of an answer that became several messages each report counts for its part; what
changes nothing of the whole is kept and not shown.
"""

from dataclasses import replace

from channelhub.domain.events.incidents import IncidentChanged
from channelhub.domain.events.messages import MessageStatus
from channelhub.domain.inbound import DeliveryStatus
from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.opening import incident_event
from channelhub.pipeline.reports import Reports, report_key
from channelhub.rules import delivery, incident, lifecycle
from channelhub.store.delivery_reports import MOST_KEPT, DeliveryReport
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message
from channelhub.store.timeline import Entry, preview

_REPORTED = {
    str(one): one
    for one in (OutboxState.SENT, OutboxState.DELAYED, OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.READ)
}


def report(desk: Desk, arrived: Arrived, item: DeliveryStatus) -> None:
    """Note what a report says, once. One that names no message of ours changes nothing.

    That it was sent is news only where its answer to us was lost.
    """
    reports = desk.reports
    message_id = reports.about.get(arrived.id)
    status = _REPORTED.get(item.status)
    if message_id is None or status is None:
        return
    key = report_key(message_id, item)
    message, sent = reports.messages.get(message_id), reports.sent.get(message_id)
    if message is None or sent is None or key in reports.known:
        return
    parts = reports.parts.get(message_id)
    if reports.counts.get(message.id, 0) >= MOST_KEPT * (len(parts.names) if parts else 1):
        return
    which = delivery.which_part(item.sent_id, parts) if parts else ""
    made = DeliveryReport(
        key=key,
        message_id=message.id,
        inbox_id=arrived.inbox_id,
        status=status,
        is_permanent=item.is_permanent,
        recipient=item.recipient,
        detail=": ".join(filter(None, (which if status is OutboxState.FAILED else "", item.detail))),
        at_us=to_us(arrived.received_at),
        part=item.sent_id,
    )
    state = _state_after(reports, made, sent.state)
    if status is OutboxState.SENT and sent.state not in (OutboxState.SENDING, OutboxState.UNCERTAIN):
        return
    reports.add(made, state)
    is_no_news = status is OutboxState.SENT or (which and status is not OutboxState.FAILED)
    if is_no_news and state is sent.state:  # also while our call is under way: its end will read this
        return
    desk.add_entry(_entry(arrived, message, made))
    desk.written.events.append(_told(desk, arrived, message, made, state))
    if status is OutboxState.FAILED:
        _take_up(desk, message, made.at_us)


def _state_after(reports: Reports, made: DeliveryReport, state: OutboxState) -> OutboxState:
    """The state of the whole message once this is known, too."""
    parts = reports.parts.get(made.message_id)
    if parts is None:
        return delivery.state_after(state, [made.status])
    before = [(name, status) for name, status in reports.on_parts.get(made.message_id, ()) if name in parts.names]
    return delivery.state_of_parts(state, [*before, (made.part, made.status)], parts)


def _entry(arrived: Arrived, message: Message, made: DeliveryReport) -> Entry:
    """What an agent sees beside the customer's messages. The state says what happened, the words why."""
    words, is_cut = preview(": ".join(filter(None, (made.recipient, made.detail))))
    return Entry(
        identity_id=message.identity_id,
        at_us=made.at_us,
        id=arrived.id,
        type="delivery",
        channel=message.channel,
        account=message.account,
        direction="in",
        is_verified=True,
        subject=message.subject,
        preview=words,
        conversation_id=message.conversation_id,
        incident_id=message.incident_id,
        is_cut=is_cut,
        state=str(made.status),
        flags=("permanent",) if made.is_permanent else (),
    )


def _told(desk: Desk, arrived: Arrived, message: Message, made: DeliveryReport, state: OutboxState) -> NewEvent:
    return NewEvent(
        at=arrived.received_at,
        account=message.account,
        identity_id=message.identity_id,
        data=MessageStatus(
            message_id=str(message.id),
            customer_id=str(desk.customer_of(message.identity_id)),
            conversation_id=str(message.conversation_id) if message.conversation_id else None,
            incident_id=str(message.incident_id) if message.incident_id else None,
            account=message.account,
            channel=message.channel,
            reported=made.status,
            state=state,
            permanent=made.is_permanent,
        ),
    )


def _take_up(desk: Desk, message: Message, at_us: int) -> None:
    """Who never got the answer is not who we wait for."""
    known = desk.incidents.get(message.incident_id or 0)
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
    desk.save_incident(changed)
    desk.written.events.append(
        incident_event(IncidentChanged, changed, customer_id=desk.customer_of(known.identity_id))
    )
