"""What an agent says becomes rows: the message on the timeline, its words, its thread, and its place in the outbox."""

from dataclasses import replace

from channelhub.domain.inbound import Attachment
from channelhub.domain.outbound import Outbound, OutboxState, OutgoingFile
from channelhub.pipeline.acknowledging import own_message
from channelhub.pipeline.rulebook import AccountFacts
from channelhub.rules import subjects, threading
from channelhub.store import conversations, message_texts, messages, outbox, threads, timeline
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from channelhub.store.threads import ThreadId


async def say(
    session: Session,
    payload: Outbound,
    account: AccountFacts,
    here: Conversation,
    *,
    own_id: int,
    incident_id: int | None,
    dedupe_key: str,
    at_us: int,
) -> None:
    """Queue it in its conversation, to the identity whose words that holds, in the current transaction."""
    stored, version, entry = own_message(
        payload,
        account,
        identity_id=here.identity_id,
        conversation_id=here.id,
        incident_id=incident_id,
        own_id=own_id,
        outbox_id=payload.id,
        at_us=at_us,
        is_automatic=False,
    )
    await messages.add(session, [stored])
    await messages.add_attachments(session, [(own_id, tuple(map(_shown, payload.attachments)))])
    await message_texts.add(session, [version])
    await message_texts.index(session, [version])
    await timeline.add(session, [entry])
    await conversations.save(session, [replace(here, subjects=subjects.remembered(here.subjects, payload.subject))])
    if payload.message_id:
        await threads.add(session, [_held(payload, here)])
    item = OutboxItem(
        id=payload.id,
        dedupe_key=dedupe_key,
        kind="reply",
        account=account.name,
        identity_id=here.identity_id,
        conversation_id=here.id,
        message_id=own_id,
        payload=payload,
        state=OutboxState.QUEUED,
        due_us=at_us,
        created_us=at_us,
    )
    await outbox.add(session, [item])


def _shown(file: OutgoingFile) -> Attachment:
    return Attachment(filename=file.filename, content_type=file.content_type, size=file.size, sha256=file.sha256)


def _held(payload: Outbound, conversation: Conversation) -> ThreadId:
    """Our words stand in their conversation: who cites them, goes on there."""
    return ThreadId(
        ref=threading.reference(payload.message_id),
        is_cited=False,
        identity_id=conversation.identity_id,
        conversation_id=conversation.id,
    )
