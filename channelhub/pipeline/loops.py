"""Loops: a machine that answers whatever we write, or our own mail that comes back. They end here, and are told of.

We write by ourselves to one address only so often a day; our own mail is never answered. Each address is told of once
a day: an entry on its timeline and an event.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.events.messages import LoopStopped
from channelhub.domain.times import to_us
from channelhub.rules import acknowledgement
from channelhub.rules.identity import digest_id
from channelhub.store import conversations, outbox, recipients, timeline
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message
from channelhub.store.timeline import Entry

TOO_MANY = "too many automatic answers"
RETURNED = "our own mail came back"
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A line on the sender's timeline, and an event."""

    entry: Entry
    event: NewEvent


class Loops:
    """What the hub wrote by itself to the senders of a batch, and which alarms were raised today."""

    def __init__(self) -> None:
        self._acknowledged: dict[int, int] = {}
        self._noticed: set[tuple[int, int]] = set()
        self._told: set[int] = set()

    async def load(
        self, session: Session, *, identity_ids: Iterable[int], returned: Iterable[int], now_us: int
    ) -> None:
        """`returned`: senders of what looks like our own mail."""
        if identity_ids:
            self._acknowledged = await outbox.acknowledged(session, identity_ids, since_us=now_us - _DAY_US)
        most = acknowledgement.MOST_A_DAY
        suspects = {*returned, *(one for one, count in self._acknowledged.items() if count >= most)}
        if suspects:
            alarms = [_alarm_id(one, now_us) for one in suspects]
            self._told = set(await timeline.get_many(session, alarms))

    async def load_notices(self, session: Session, identity_ids: Collection[int]) -> None:
        """Learn in which conversations these were sent notices."""
        told = await recipients.notified(session, identity_ids) if identity_ids else set()
        known = await conversations.get_many(session, [place for _, place in told]) if told else {}
        here = ((one, conversations.present(known, place)) for one, place in told)
        self._noticed = {(one, place.id) for one, place in here if place is not None}

    def was_noticed(self, identity_id: int, conversation_id: int) -> bool:
        """Whether the sender was sent a notice there, as far as `load_notices` was asked."""
        return (identity_id, conversation_id) in self._noticed

    def acknowledged(self, identity_id: int) -> int:
        """How many acknowledgements went to the sender within a day."""
        return self._acknowledged.get(identity_id, 0)

    def count(self, identity_id: int) -> None:
        self._acknowledged[identity_id] = self.acknowledged(identity_id) + 1

    def alarm(self, message: Message, reason: str, *, at: datetime, customer_id: int) -> Alarm | None:
        """What tells people that a loop was stopped; None where they were told of this sender today."""
        at_us = to_us(at)
        alarm_id = _alarm_id(message.identity_id, at_us)
        if alarm_id in self._told:
            return None
        self._told.add(alarm_id)
        entry = Entry(
            identity_id=message.identity_id,
            at_us=at_us,
            id=alarm_id,
            type="loop",
            channel=message.channel,
            account=message.account,
            direction="",
            is_verified=True,
            subject=reason,
            preview="",
            conversation_id=message.conversation_id,
        )
        event = NewEvent(
            at=at,
            account=message.account,
            identity_id=message.identity_id,
            data=LoopStopped(
                customer_id=str(customer_id),
                message_id=str(message.id),
                account=message.account,
                reason=reason,
            ),
        )
        return Alarm(entry=entry, event=event)


def _alarm_id(identity_id: int, at_us: int) -> int:
    return digest_id("loop", identity_id, at_us // _DAY_US)
