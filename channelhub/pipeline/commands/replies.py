"""An agent answers in a conversation: to the identity that wrote, and to no other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.acknowledging import answered_ref, outgoing
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.commands.incidents import save_change, to_state
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.speaking import say
from channelhub.pipeline.windows import Way
from channelhub.rules import lifecycle
from channelhub.sdk.errors import DiskFull
from channelhub.store import conversations, drafts, hub, incidents, outbox, people
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session

MAX_CHARS = 100_000
MAX_FILES = 20
MAX_FILES_BYTES = 18 * 1024 * 1024  # in base64 they fit into the 25 MiB that mail servers commonly take
MOST_CITED = 20  # mails of the thread that an answer names


class AnsweredMeanwhile(CommandRefused):
    """Somebody else answered since its writer looked: nothing was sent."""


async def reply(
    acting: Acting,
    actor: str,
    asked_id: int,
    text: str,
    *,
    files: Sequence[OutgoingFile] = (),
    idempotency_key: str = "",
    last_known: int | None = None,
    drafted_by: str = "",
) -> int:
    """Queue an answer; the id of the message on the timeline. The same key again gives the first one's id.

    `files` come with their content. `last_known` is the last answer that its writer has seen, 0 for none: another one
    since then is AnsweredMeanwhile. The draft of `drafted_by` goes with it. Raises NotFound, CommandRefused for an
    empty text or where the account can't write to them, or can't send files.
    """
    check(text, files)
    now_us = to_us(acting.now())
    book = acting.book()
    writer = acting.store.writer
    saved: tuple[OutgoingFile, ...] = ()
    if files:  # on disk only where the reply will be queued
        async with acting.store.readers.read() as session:
            here = await _way(session, book, await _conversation(session, asked_id), now_us)
            await _require(session, book, here, text, files, now_us)
        saved = await kept(acting, files)

    async def write(session: Session) -> int:
        known = await _conversation(session, asked_id)
        conversation_id = known.id
        outbox_id = writer.take_id()
        own_id = message_id(outbox_id, OWN_PLACE)
        key = reply_key(conversation_id, idempotency_key or str(own_id))
        if earlier := await outbox.by_key(session, key):
            return earlier.message_id
        await _require_unanswered(session, conversation_id, last_known)
        answered = await conversations.last_message_in(session, conversation_id)
        here = await _way(session, book, known, now_us)
        await _require(session, book, here, text, files, now_us)
        account, identity = here.account, here.identity
        subject = answered.subject if answered else known.subject
        open_ones = [
            one for one in await incidents.open_of(session, [identity.id]) if one.conversation_id == conversation_id
        ]
        payload = outgoing(
            book,
            account,
            own_id=own_id,
            outbox_id=outbox_id,
            to=identity,
            subject=subject if subject.lower().startswith("re:") else f"Re: {subject}" if subject else "",
            text=text,
            language=identity.language,
            conversation_id=conversation_id,
            conversation_key=known.key,
            answered_ref=answered_ref(answered, account),
            is_automatic=False,
        )
        payload = replace(payload, attachments=saved)
        if answered and payload.references:
            cited = await conversations.mails_of(session, conversation_id, answered_id=answered.id, limit=MOST_CITED)
            payload = replace(payload, references=tuple(cited) or payload.references)
        incident_id = open_ones[0].id if open_ones else None
        await say(
            session, payload, account, known, own_id=own_id, incident_id=incident_id, dedupe_key=key, at_us=now_us
        )
        for one in open_ones[:1]:
            state = lifecycle.on_reply(one.state)
            if state is not one.state:
                bumped = replace(one, version=one.version + 1, changed_us=now_us)
                await save_change(session, one, to_state(bumped, state, now_us), actor=actor)
        await drafts.remove(session, conversation_id, drafted_by)
        await hub.record(session, at_us=now_us, actor=actor, action="reply", target=str(known.id))
        return own_id

    own_id = await writer.command(write)
    acting.written.ring()
    return own_id


def reply_key(conversation_id: int, idempotency_key: str) -> str:
    """Under what an answer stands in the outbox."""
    return f"reply:{conversation_id}:{idempotency_key}"


async def _conversation(session: Session, asked_id: int) -> Conversation:
    """The conversation that an id names today. Raises NotFound."""
    known = conversations.present(await conversations.get_many(session, [asked_id]), asked_id)
    if known is None:
        raise NotFound(f"there is no conversation {asked_id}")
    return known


async def _require_unanswered(session: Session, conversation_id: int, last_known: int | None) -> None:
    """Raises AnsweredMeanwhile."""
    if last_known is None:
        return
    last = await conversations.last_answer(session, conversation_id)
    if last is not None and last.id != last_known:
        raise AnsweredMeanwhile("somebody else has answered since this was begun")


async def _way(session: Session, book: Rulebook, known: Conversation, now_us: int) -> Way:
    identity = (await people.identities(session, [known.identity_id]))[known.identity_id]
    return await windows.way(session, book, known, identity, now_us=now_us)


async def _require(
    session: Session, book: Rulebook, here: Way, text: str, files: Sequence[OutgoingFile], now_us: int
) -> None:
    """Raises CommandRefused where these words can't go this way, with the reason and another way."""
    if why_not := await windows.refused(session, book, here, text, files, now_us=now_us):
        raise CommandRefused(why_not)
    if why_not := here.file_rules.refusal(files):
        raise CommandRefused(f"{why_not}: answer without them, or another way")


def check(text: str, files: Sequence[OutgoingFile]) -> None:
    """Raises CommandRefused for what is no message: without words, too long, too many files or too large ones."""
    if not text.strip() or len(text) > MAX_CHARS:
        raise CommandRefused(f"a message has 1 to {MAX_CHARS} characters")
    if len(files) > MAX_FILES or sum(len(one.content) for one in files) > MAX_FILES_BYTES:
        raise CommandRefused(f"a message has at most {MAX_FILES} files of {MAX_FILES_BYTES >> 20} MiB together")


async def kept(acting: Acting, files: Sequence[OutgoingFile]) -> tuple[OutgoingFile, ...]:
    """The files by their digests, on disk before a row names them."""
    put = acting.store.blobs.put
    try:
        names = [await asyncio.to_thread(put, one.content) for one in files]
    except OSError as exc:
        raise DiskFull(f"the blob folder can't be written: {exc.strerror}") from exc
    return tuple(replace(one, sha256=name, content=b"") for one, name in zip(files, names, strict=True))
