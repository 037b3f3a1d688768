"""Reports on messages that we sent: what is known of those messages, and what a batch says of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from channelhub.domain.inbound import DeliveryStatus
from channelhub.domain.outbound import OutboxState
from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import tokens
from channelhub.store import delivery_reports, messages, outbox, timeline
from channelhub.store.database import Session
from channelhub.store.delivery_reports import DeliveryReport
from channelhub.store.messages import Message, message_key
from channelhub.store.outbox import OutboxItem


@dataclass(slots=True)
class Reports:
    """What is known of the messages that a batch's reports name, and what the batch says of them."""

    messages: dict[int, Message] = field(default_factory=dict)
    sent: dict[int, OutboxItem] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    new: list[DeliveryReport] = field(default_factory=list)
    settled: dict[int, tuple[str, int]] = field(
        default_factory=dict
    )  # our messages in a new state: why, and since when

    def add(self, made: DeliveryReport, state: OutboxState) -> None:
        """A report, and the state that its message is in now."""
        self.known.add(made.key)
        self.counts[made.message_id] = self.counts.get(made.message_id, 0) + 1
        self.new.append(made)
        before = self.sent[made.message_id]
        if state is not before.state:
            self.sent[made.message_id] = replace(before, state=state)
            self.settled[made.message_id] = (made.detail, made.at_us)

    async def save(self, session: Session) -> None:
        await delivery_reports.add(session, self.new)
        for message_id, (reason, at_us) in self.settled.items():
            item = self.sent[message_id]
            await outbox.settle(session, item, state=item.state, at_us=at_us, error=reason)
            await timeline.set_state(session, message_id, str(item.state))


def report_key(message_id: int, item: DeliveryStatus) -> str:
    """Under which a report is kept once, whichever accounts it came through."""
    return message_key("", f"report {message_id}", item.external_id)


async def load(session: Session, arrived: Iterable[Arrived], book: Rulebook) -> Reports:
    """What is known of the messages that these reports name."""
    named: dict[str, int] = {}
    for one in arrived:
        if isinstance(one.item, DeliveryStatus):
            token = tokens.first(one.item.about, secret=book.secret)
            if token is not None:
                named[report_key(token.message_id, one.item)] = token.message_id
    if not named:
        return Reports()
    return Reports(
        messages=await messages.get_many(session, named.values()),
        sent=await outbox.of_messages(session, named.values()),
        counts=await delivery_reports.count_of(session, named.values()),
        known=await delivery_reports.known_keys(session, named),
    )
