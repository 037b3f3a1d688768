"""An answer is kept while it is written: for each conversation and author one, until it is sent or forgotten."""

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, Invalid, NotFound
from channelhub.pipeline.commands.replies import MAX_CHARS, reply_key
from channelhub.store import conversations, drafts, outbox
from channelhub.store.database import Session

KEPT_US = 90 * 24 * 3600 * 1_000_000  # after somebody last wrote on it


async def save(acting: Acting, author: str, asked_id: int, text: str, *, key: str = "") -> int:
    """Keep the words; blank ones take the draft away, and those of an answer that went out under `key`. The id that the
    conversation has today. Raises NotFound, Invalid for too many."""
    if len(text) > MAX_CHARS:
        raise Invalid(f"a message has at most {MAX_CHARS} characters")
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        known = conversations.present(await conversations.get_many(session, [asked_id]), asked_id)
        if known is None:
            raise NotFound(f"there is no conversation {asked_id}")
        await drafts.forget(session, before_us=now_us - KEPT_US)
        is_sent = bool(key) and await outbox.by_key(session, reply_key(known.id, key)) is not None
        if text.strip() and not is_sent:
            await drafts.save(session, known.id, author, text, at_us=now_us)
        else:
            await drafts.remove(session, known.id, author)
        return known.id

    return await acting.store.writer.command(write)
