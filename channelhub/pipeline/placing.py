"""A message gets its conversation: where its token says, else where its ids stand, else one of its own.

Only its sender's own conversation takes it. Whatever else it has to do with is linked, never joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Identity
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived, is_mail, own_place_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.threads import SUBJECT, THREAD, TOKEN, Threads, Wanted
from channelhub.rules import subjects, threading
from channelhub.rules.threading import Place, References
from channelhub.store.conversations import Conversation

MAX_SUBJECT = 500
MOST_LINKS = 10  # that one mail makes
LINKED, NEW_SUBJECT = "linked", "new-subject"  # marks of a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a message stands, and what was noticed: `linked`, `new-subject`."""

    conversation: Conversation
    marks: tuple[str, ...] = ()


def wanted_of(message: NewMessage, arrived: Arrived, book: Rulebook, identity_id: int) -> Wanted:
    """What must be known to place a message."""
    place = own_place_of(message, arrived, book, identity_id)
    ids = {place.conversation_id}
    if not is_mail(message, arrived, book):
        return Wanted(conversation_ids=frozenset(ids))
    token = threading.token(message, secret=book.secret)
    if token is not None:
        ids.add(token.conversation_id)
    found = threading.references(message.thread)
    looks_like_answer = subjects.is_answer(message.content.subject)
    return Wanted(
        own=frozenset() if found.own is None else frozenset({found.own}),
        cited=frozenset(found.cited),
        identity_ids=frozenset({identity_id}),
        conversation_ids=frozenset(ids),
        guessing=frozenset({(identity_id, to_us(arrived.received_at))} if looks_like_answer else ()),
    )


def place(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, writer: Identity, at_us: int, *, is_ours: bool
) -> Placed:
    """The conversation a message belongs to, grown by it. Its earliest message names it, whatever came first."""
    if is_mail(message, arrived, book):
        return _place_mail(desk.threads, book, arrived, message, writer, at_us)
    own = own_place_of(message, arrived, book, writer.id)
    known = desk.threads.present(own.conversation_id)
    subject = message.content.subject[:MAX_SUBJECT]
    if known is None:
        return Placed(conversation=_open(desk.threads, book, arrived, message, own, writer, at_us))
    grown = _grown(known, subject, at_us)  # a chat of several people: one conversation, whoever speaks
    if not is_ours and (at_us, writer.id, subject) < (known.opened_us, known.identity_id, known.subject):
        grown = replace(grown, identity_id=writer.id, subject=subject)
    desk.threads.change(grown)
    return Placed(conversation=grown)


def _place_mail(
    threads: Threads, book: Rulebook, arrived: Arrived, message: NewMessage, writer: Identity, at_us: int
) -> Placed:
    ids = threading.references(message.thread)
    own = own_place_of(message, arrived, book, writer.id)
    token = threading.token(message, secret=book.secret)
    answered = threads.present(token.conversation_id) if token is not None else None
    subject = message.content.subject[:MAX_SUBJECT]
    marks = []
    if answered is not None and answered.identity_id == writer.id:
        known: Conversation | None = answered
    else:
        known = _by_ids(threads, ids, own, writer)
    is_new = known is None
    conversation = _open(threads, book, arrived, message, own, writer, at_us) if known is None else known
    if known is not None:
        if subjects.is_changed(subject, first=known.subject, seen=known.subjects):
            marks.append(NEW_SUBJECT)
        conversation = _grown(known, subject, at_us)
        if (at_us, subject) < (known.opened_us, known.subject):
            conversation = replace(conversation, subject=subject)
        threads.change(conversation)
    threads.remember(ids, conversation)
    held, citing = threads.others(ids, writer.id)
    if answered is not None and answered.identity_id != writer.id:
        threads.link(conversation, answered, TOKEN, at_us=at_us)
    _link_all(threads, [(conversation, one) for one in held], at_us)
    _link_all(threads, [(one, conversation) for one in citing], at_us)
    if held or (answered is not None and answered.identity_id != writer.id):
        marks.insert(0, LINKED)
    elif is_new and not ids.cited and subjects.is_answer(subject):
        _suggest(threads, conversation, subject, at_us)
    conversation = threads.present(conversation.id) or conversation
    return Placed(conversation=conversation, marks=tuple(marks))


def _by_ids(threads: Threads, ids: References, place: Place, writer: Identity) -> Conversation | None:
    """The sender's conversation that the mail's ids lead to. When they lead to several, these are one."""
    found = threads.of_sender(ids, writer.id)
    own = threads.present(place.conversation_id)
    if own is not None and own.identity_id == writer.id and own not in found:
        found.append(own)
    if not found:
        return None
    return found[0] if len(found) == 1 else threads.join(found)


def _open(
    threads: Threads, book: Rulebook, arrived: Arrived, message: NewMessage, own: Place, writer: Identity, at_us: int
) -> Conversation:
    subject = message.content.subject[:MAX_SUBJECT]
    opened = Conversation(
        id=own.conversation_id,
        account=arrived.raw.account,
        channel=book.account(arrived.raw.account).channel,
        key=own.key,
        identity_id=writer.id,
        subject=subject,
        subjects=subjects.remembered((), subject),
        opened_us=at_us,
        last_us=at_us,
        messages=1,
    )
    threads.change(opened)
    return opened


def _grown(known: Conversation, subject: str, at_us: int) -> Conversation:
    return replace(
        known,
        last_us=max(known.last_us, at_us),
        opened_us=min(known.opened_us, at_us),
        subjects=subjects.remembered(known.subjects, subject),
        messages=known.messages + 1,
    )


def _link_all(threads: Threads, pairs: Iterable[tuple[Conversation, Conversation]], at_us: int) -> None:
    for (left, right), _ in zip(pairs, range(MOST_LINKS), strict=False):
        threads.link(left, right, THREAD, at_us=at_us)


def _suggest(threads: Threads, conversation: Conversation, subject: str, at_us: int) -> None:
    """An answer whose program dropped the references: perhaps it belongs to the sender's last mail so named."""
    alike = threads.guess(conversation, subject, at_us=at_us)
    if alike is not None:
        threads.link(conversation, alike, SUBJECT, at_us=at_us)
