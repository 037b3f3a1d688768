"""Reports on messages that we sent: what is known of those messages, and what a batch says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from channelhub.domain.inbound import DeliveryStatus
from channelhub.domain.outbound import OutboxState, SentParts
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import identity, tokens
from channelhub.store import delivery_reports, early_reports, messages, outbox, sent_parts, timeline
from channelhub.store.database import Session
from channelhub.store.delivery_reports import DeliveryReport
from channelhub.store.early_reports import EarlyReport
from channelhub.store.messages import Message, message_key
from channelhub.store.outbox import OutboxItem, SentName


@dataclass(slots=True)
class Reports:
    """What is known of the messages that a batch's reports name, and what the batch says of them."""

    messages: dict[int, Message] = field(default_factory=dict)
    sent: dict[int, OutboxItem] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    parts: dict[int, SentParts] = field(default_factory=dict)  # of those of our messages that became several
    on_parts: dict[int, list[tuple[str, OutboxState]]] = field(default_factory=dict)
    new: list[DeliveryReport] = field(default_factory=list)
    settled: dict[int, tuple[str, int]] = field(
        default_factory=dict
    )  # our messages in a new state: why, and since when
    early: list[EarlyReport] = field(default_factory=list)
    about: dict[int, int] = field(default_factory=dict)  # which of our messages each report (`Arrived.id`) is about

    def add(self, made: DeliveryReport, state: OutboxState) -> None:
        """A report, and the state that its message is in now."""
        self.known.add(made.key)
        self.counts[made.message_id] = self.counts.get(made.message_id, 0) + 1
        self.new.append(made)
        if made.part:
            self.on_parts.setdefault(made.message_id, []).append((made.part, made.status))
        before = self.sent[made.message_id]
        if state is not before.state:
            self.sent[made.message_id] = replace(before, state=state)
            self.settled[made.message_id] = (made.detail, made.at_us)

    async def save(self, session: Session) -> None:
        await early_reports.keep(session, self.early)
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
    told = {one.id: (one, one.item) for one in arrived if isinstance(one.item, DeliveryStatus)}
    if not told:
        return Reports()
    tokens_of = {number: tokens.first(item.about, secret=book.secret) for number, (_, item) in told.items()}
    about = {number: token.message_id for number, token in tokens_of.items() if token is not None}
    named = _sent_names((one for number, (one, _) in told.items() if number not in about), book)
    found = await _by_channel_id(session, named) if named else {}
    about |= {number: found[name] for number, name in named.items() if name in found}
    early = await _early(session, [(told[one][0], name) for one, name in named.items() if name not in found])
    if not about:
        return Reports(early=early)
    keys = {report_key(message_id, told[number][1]) for number, message_id in about.items()}
    return Reports(
        messages=await messages.get_many(session, about.values()),
        sent=await outbox.of_messages(session, about.values()),
        counts=await delivery_reports.count_of(session, about.values()),
        known=await delivery_reports.known_keys(session, keys),
        parts=await sent_parts.of_messages(session, about.values()),
        on_parts=await delivery_reports.on_parts(session, about.values()),
        early=early,
        about=about,
    )


def _sent_names(arrived: Iterable[Arrived], book: Rulebook) -> dict[int, SentName]:
    return {one.id: name for one in arrived if (name := _sent_name(one, book)) is not None}


async def _by_channel_id(session: Session, named: Mapping[int, SentName]) -> dict[SentName, int]:
    """Which messages of ours channels call so, whole or a part of them."""
    return await outbox.sent_as(session, named.values()) | await sent_parts.called(session, named.values())


async def _early(session: Session, unknown: Iterable[tuple[Arrived, SentName]]) -> list[EarlyReport]:
    """Those that may be about what is being sent just now. That something was sent, the end of the call says."""
    telling = [
        (one, name)
        for one, name in unknown
        if isinstance(one.item, DeliveryStatus) and one.item.status != OutboxState.SENT and not one.is_replayed
    ]
    if not telling:
        return []
    awaited = await early_reports.under_way(session, {name for _, name in telling})
    return [
        EarlyReport(name=name, inbox_id=one.inbox_id, at_us=to_us(one.received_at))
        for one, name in telling
        if name in awaited
    ]


def _sent_name(arrived: Arrived, book: Rulebook) -> SentName | None:
    item = arrived.item
    if not isinstance(item, DeliveryStatus) or not item.sent_id or item.sent_to is None:
        return None
    account = arrived.raw.account
    key = identity.normalize(item.sent_to, account=account, default_region=book.default_region)
    if key is None:
        return None
    return SentName(account=account, identity_id=identity.identity_id(key), external_ref=item.sent_id)
