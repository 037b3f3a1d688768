"""The customer is told at once that their contact is registered, with the incident's number."""

from dataclasses import replace
from datetime import datetime

from channelhub.domain.inbound import Automatic, Thread
from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.people import Evidence, Identity
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import TakeId
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.loops import TOO_MANY
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.rules import acknowledgement, subjects, threading, tokens
from channelhub.rules.incident import Incident
from channelhub.store.conversations import Answered
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message, message_key
from channelhub.store.outbox import OutboxItem
from channelhub.store.timeline import Entry, preview


def acknowledge(
    desk: Desk, book: Rulebook, answered: Message, opened: Incident, *, at: datetime, next_id: TakeId
) -> None:
    """Queue the acknowledgement, once for a conversation and day. `at` is now."""
    assert answered.conversation_id is not None
    key = acknowledgement.key(answered.conversation_id, at)
    if key in desk.outbox_keys:
        return
    if desk.loops.acknowledged(answered.identity_id) >= acknowledgement.MOST_A_DAY:
        _stop(desk, answered, at)
        return
    desk.outbox_keys.add(key)
    desk.loops.count(answered.identity_id)
    wording = book.acknowledgement(answered.language, f"{opened.number}", answered.subject)
    outbox_id = next_id()
    own_id = message_id(outbox_id, OWN_PLACE)
    account = book.account(answered.account)
    writer = desk.identities[answered.identity_id]
    conversation = desk.threads.known[answered.conversation_id]
    now_us = to_us(at)
    payload = outgoing(
        book,
        account,
        own_id=own_id,
        outbox_id=outbox_id,
        to=writer,
        subject=wording.subject,
        text=wording.text,
        language=answered.language,
        conversation_id=answered.conversation_id,
        conversation_key=conversation.key,
        answered_ref=answered_ref(answered, account),
        is_automatic=True,
    )
    desk.written.outbox.append(
        OutboxItem(
            id=outbox_id,
            dedupe_key=key,
            kind="acknowledgement",
            account=account.name,
            identity_id=writer.id,
            conversation_id=answered.conversation_id,
            message_id=own_id,
            payload=payload,
            state=OutboxState.QUEUED,
            due_us=now_us,
            created_us=now_us,
        )
    )
    written, version, entry = own_message(
        payload, account, identity_id=writer.id, conversation_id=answered.conversation_id, incident_id=opened.id,
        own_id=own_id, outbox_id=outbox_id, at_us=max(now_us, answered.at_us), is_automatic=True,
    )  # fmt: skip
    seen = subjects.remembered(conversation.subjects, payload.subject)
    desk.threads.change(replace(conversation, subjects=seen))
    desk.threads.remember(threading.references(Thread(message_id=payload.message_id)), conversation)
    desk.written.messages.append(written)
    desk.written.versions.append(version)
    desk.versions[own_id] = [version]
    desk.add_entry(entry)


def _stop(desk: Desk, answered: Message, at: datetime) -> None:
    """Something answers each of our answers: say so, and nothing more to it today."""
    customer_id = desk.customer_of(answered.identity_id)
    desk.raise_alarm(desk.loops.alarm(answered, TOO_MANY, at=at, customer_id=customer_id))


def answered_ref(answered: Message | Answered | None, account: AccountFacts) -> str:
    """How the channel that an answer goes out through names what it answers; empty where it doesn't know it.

    A mail names a mail only: what a form's visitor wrote has no Message-ID.
    """
    if answered is None:
        return ""
    is_foreign = bool(account.mail_domain) and answered.channel != "email"
    return answered.message_ref or ("" if is_foreign else answered.external_id)


def outgoing(
    book: Rulebook,
    account: AccountFacts,
    *,
    own_id: int,
    outbox_id: int,
    to: Identity,
    subject: str,
    text: str,
    language: str,
    conversation_id: int,
    conversation_key: str,
    answered_ref: str,
    is_automatic: bool,
) -> Outbound:
    """What a connector is given to send. It carries a signed token (mail as its Message-ID), so that answers and
    reports find back."""
    is_mail = bool(account.mail_domain)
    token = tokens.write(conversation_id, own_id, secret=book.secret)
    return Outbound(
        id=outbox_id,
        to=to.shown,
        to_kind=to.key.kind,
        subject=subject,
        text=text,
        language=language,
        conversation_key=conversation_key,
        message_id=tokens.message_id(token, account.mail_domain) if is_mail else "",
        reply_token=token,
        in_reply_to=answered_ref,
        references=(answered_ref,) if answered_ref and is_mail else (),
        is_automatic=is_automatic,
    )


def own_message(
    payload: Outbound,
    account: AccountFacts,
    *,
    identity_id: int,
    conversation_id: int,
    incident_id: int | None,
    own_id: int,
    outbox_id: int,
    at_us: int,
    is_automatic: bool,
) -> tuple[Message, Version, Entry]:
    """What we say stands on the timeline beside what the customer said."""
    written = Message(
        id=own_id,
        inbox_id=0,
        account=account.name,
        channel=account.channel,
        type="message",
        key=message_key(account.name, "outbox", str(outbox_id)),
        external_id=payload.message_id or f"outbox:{outbox_id}",
        message_ref=payload.message_id,
        direction="out",
        identity_id=identity_id,
        conversation_id=conversation_id,
        incident_id=incident_id,
        at_us=at_us,
        received_us=at_us,
        sent_us=None,
        subject=payload.subject,
        language=payload.language,
        evidence=Evidence.AGENT,
        automatic=Automatic(is_reply=is_automatic),
    )
    version = Version(
        id=own_id,
        message_id=own_id,
        revision=0,
        at_us=at_us,
        inbox_id=0,
        subject=payload.subject,
        text=payload.text,
        reply_text=None,
        html="",
    )
    words, is_cut = preview(payload.text)
    entry = Entry(
        identity_id=identity_id,
        at_us=at_us,
        id=own_id,
        type="message",
        channel=account.channel,
        account=account.name,
        direction="out",
        is_verified=True,
        subject=payload.subject,
        preview=words,
        conversation_id=conversation_id,
        incident_id=incident_id,
        is_cut=is_cut,
        attachments=len(payload.attachments),
        state=str(OutboxState.QUEUED),
        flags=("automatic",) if is_automatic else (),
    )
    return written, version, entry
