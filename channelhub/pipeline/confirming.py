"""A customer who declined notices by a word is told once that they were heard, where they said it.

Nobody is told who declined by a link: its page says so, and a mail program's one click (RFC 8058) is nobody's word. Nor
is a machine told, or who can't be written to.
"""

from dataclasses import replace

from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.outbound import OutboxState
from channelhub.domain.people import Identity
from channelhub.pipeline.acknowledging import answered_ref, outgoing, own_message
from channelhub.pipeline.arrival import TakeId
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.rules import subjects, threading
from channelhub.rules.incident import SPAM_SCORE
from channelhub.store import conversations, message_texts, messages, outbox, people, threads, timeline
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.messages import Message
from channelhub.store.outbox import OutboxItem
from channelhub.store.threads import ThreadId

KIND = "declined"  # of an outbox row


async def confirm(session: Session, book: Rulebook, said: Message, *, now_us: int, next_id: TakeId) -> None:
    """Queue the confirmation of an opt-out that `said` brought about, in the transaction that writes the opt-out."""
    if said.automatic.is_any or said.spam_score >= SPAM_SCORE or said.conversation_id is None:
        return
    known = await conversations.get_many(session, [said.conversation_id])
    here = conversations.present(known, said.conversation_id)
    writer = (await people.identities(session, [said.identity_id])).get(said.identity_id)
    if here is None or writer is None or await people.blocked(session, [writer.id]):
        return
    account = book.account(here.account)
    if account.writes_to(writer.key.kind):
        await _queue(session, book, account, here, writer, said, now_us=now_us, next_id=next_id)


async def _queue(
    session: Session,
    book: Rulebook,
    account: AccountFacts,
    here: Conversation,
    writer: Identity,
    said: Message,
    *,
    now_us: int,
    next_id: TakeId,
) -> None:
    outbox_id = next_id()
    own_id = message_id(outbox_id, OWN_PLACE)
    language = writer.language or said.language
    words = book.notices.declined(language)
    payload = outgoing(
        book,
        account,
        own_id=own_id,
        outbox_id=outbox_id,
        to=writer,
        subject=words.subject if account.mail_domain else "",
        text=words.text,
        language=language,
        conversation_id=here.id,
        conversation_key=here.key,
        answered_ref=answered_ref(said, account),
        is_automatic=True,
    )
    stored, version, entry = own_message(
        payload, account, identity_id=writer.id, conversation_id=here.id, incident_id=None, own_id=own_id,
        outbox_id=outbox_id, at_us=max(now_us, said.at_us), is_automatic=True,
    )  # fmt: skip
    await messages.add(session, [stored])
    await message_texts.add(session, [version])
    await message_texts.index(session, [version])
    await timeline.add(session, [entry])
    await conversations.save(session, [replace(here, subjects=subjects.remembered(here.subjects, payload.subject))])
    if payload.message_id:
        ref = threading.reference(payload.message_id)
        held = ThreadId(ref=ref, is_cited=False, identity_id=here.identity_id, conversation_id=here.id)
        await threads.add(session, [held])
    item = OutboxItem(
        id=outbox_id, dedupe_key=f"{KIND}:{said.id}", kind=KIND, account=account.name, identity_id=writer.id,
        conversation_id=here.id, message_id=own_id, payload=payload, state=OutboxState.QUEUED, due_us=now_us,
        created_us=now_us,
    )  # fmt: skip
    await outbox.add(session, [item])
