"""A decision to tell somebody becomes rows: a message that is queued, its line on the timeline, and that they are told.

All of it is one transaction with the decisions, so that nobody is told twice or forgotten, wherever it breaks off.
"""

from collections.abc import Sequence
from dataclasses import replace

from channelhub.domain.inbound import Automatic
from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.notices import NoticeKind
from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.ratings import RatedKind
from channelhub.pipeline import rating
from channelhub.pipeline.acknowledging import outgoing, own_message
from channelhub.pipeline.addressing import Addressed
from channelhub.pipeline.arrival import TakeId
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import ratings, subjects, threading
from channelhub.rules.identity import digest_id
from channelhub.rules.notices import optout, wording
from channelhub.store import (
    conversations,
    message_texts,
    messages,
    notices,
    outbox,
    people,
    recipients,
    threads,
    timeline,
)
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.notices import Notice
from channelhub.store.outbox import OutboxItem
from channelhub.store.recipients import Recipient
from channelhub.store.threads import ThreadId

KIND = "notice"  # of an outbox row, and of the line on a timeline
_MINUTE_US = 60_000_000


async def tell(
    session: Session, book: Rulebook, notice: Notice, decided: Sequence[Addressed], *, now_us: int, next_id: TakeId
) -> None:
    """Write the decisions on a notice; what is sent gets its place in its account's pace."""
    sent = [one for one in decided if one.reason is None]
    slots = await notices.slots(session, [one.account.name for one in sent])
    step_us = _MINUTE_US // book.notices.per_minute
    rows = [_recipient(notice, one, None, now_us) for one in decided if one.reason is not None]
    for one in sent:
        due_us = max(now_us, slots.get(one.account.name, 0))
        slots[one.account.name] = due_us + step_us
        outbox_id = next_id()
        await _queue(session, book, notice, one, outbox_id=outbox_id, due_us=due_us, now_us=now_us)
        rows.append(_recipient(notice, one, outbox_id, now_us))
    await recipients.save(session, rows)
    await notices.save_slots(session, slots)


def _recipient(notice: Notice, one: Addressed, outbox_id: int | None, now_us: int) -> Recipient:
    return Recipient(
        notice_id=notice.id,
        identity_id=one.identity.id,
        message_id=one.message_id,
        outbox_id=outbox_id,
        reason=one.reason,
        account=one.account.name,
        channel=one.account.channel,
        language=one.language,
        at_us=now_us,
    )


async def _queue(
    session: Session, book: Rulebook, notice: Notice, one: Addressed, *, outbox_id: int, due_us: int, now_us: int
) -> None:
    if one.is_new:
        await people.save(session, [one.identity])
    here = one.conversation or _opened(notice, one, now_us)
    own_id = message_id(outbox_id, OWN_PLACE)
    payload = _payload(book, notice, one, here, own_id=own_id, outbox_id=outbox_id)
    stored, version, entry = own_message(
        payload,
        one.account,
        identity_id=one.identity.id,
        conversation_id=here.id,
        incident_id=None,
        own_id=own_id,
        outbox_id=outbox_id,
        at_us=now_us,
        is_automatic=False,
    )
    await messages.add(session, [replace(stored, type=KIND, automatic=Automatic(is_bulk=True))])
    await message_texts.add(session, [version])
    await message_texts.index(session, [version])
    await timeline.add(session, [replace(entry, type=KIND, outage_id=notice.outage_id)])
    seen = subjects.remembered(here.subjects, payload.subject)
    await conversations.save(session, [replace(here, subjects=seen)])
    if payload.message_id:
        await threads.add(session, [_held(payload, here)])
    await outbox.add(
        session,
        [
            OutboxItem(
                id=outbox_id,
                dedupe_key=f"{KIND}:{notice.id}:{one.identity.id}",
                kind=KIND,
                account=one.account.name,
                identity_id=one.identity.id,
                conversation_id=here.id,
                message_id=own_id,
                payload=payload,
                state=OutboxState.QUEUED,
                due_us=due_us,
                created_us=now_us,
            )
        ],
    )


def _payload(
    book: Rulebook, notice: Notice, one: Addressed, here: Conversation, *, own_id: int, outbox_id: int
) -> Outbound:
    is_mail = bool(one.account.mail_domain)
    decline_url = f"{book.public_url}/unsubscribe/{optout.write(one.identity.id, secret=book.secret)}"
    subject, text = wording.message(
        notice.texts[one.language],
        is_mail=is_mail,
        endings=_endings(book, notice, one, is_mail=is_mail, decline_url=decline_url),
    )
    payload = outgoing(
        book,
        one.account,
        own_id=own_id,
        outbox_id=outbox_id,
        to=one.identity,
        subject=subject,
        text=text,
        language=one.language,
        conversation_id=here.id,
        conversation_key=here.key,
        answered_ref=one.answered_ref,
        is_automatic=False,
    )
    return replace(payload, unsubscribe_url=decline_url if is_mail else "")


def _endings(book: Rulebook, notice: Notice, one: Addressed, *, is_mail: bool, decline_url: str) -> list[str]:
    """The question how we did, where an outage is over; and how to decline the next notice."""
    words = book.notices
    asked = []
    if notice.kind is NoticeKind.RESOLUTION and words.is_asking and not one.is_asked and notice.approved_us is not None:
        question = ratings.asked(RatedKind.OUTAGE, notice.outage_id, one.identity.id, at_us=notice.approved_us)
        asked.append(words.question(one.language, rating.link(book, question)))
    declining = words.declining_in_mail(one.language, decline_url) if is_mail else words.declining_in_chat(one.language)
    return [*asked, declining]


def _opened(notice: Notice, one: Addressed, now_us: int) -> Conversation:
    """A conversation that begins with the notice."""
    key = f"{KIND}-{notice.id}#{one.identity.id:x}"
    return Conversation(
        id=digest_id("conversation", one.account.channel, key),
        account=one.account.name,
        channel=one.account.channel,
        key=key,
        identity_id=one.identity.id,
        subject=notice.texts[one.language].subject,
        opened_us=now_us,
        last_us=now_us,
    )


def _held(payload: Outbound, here: Conversation) -> ThreadId:
    """The notice stands in its conversation: who answers it, goes on there."""
    return ThreadId(
        ref=threading.reference(payload.message_id),
        is_cited=False,
        identity_id=here.identity_id,
        conversation_id=here.id,
    )
