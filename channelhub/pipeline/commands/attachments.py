"""A person has a file fetched again that isn't here."""

from channelhub.domain.media import MediaState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.store import hub, media, messages
from channelhub.store.database import Session
from channelhub.store.media import MediaItem


async def retry(acting: Acting, actor: str, message_id: int, n: int) -> MediaItem:
    """Have the file `n` of a message fetched now, with all its tries anew. Raises NotFound, CommandRefused."""
    now_us = to_us(acting.now())
    again = await acting.store.writer.command(
        lambda session: retry_now(session, message_id, n, actor=actor, at_us=now_us)
    )
    acting.written.ring()
    return again


async def retry_now(session: Session, message_id: int, n: int, *, actor: str, at_us: int) -> MediaItem:
    """Queue it in the current transaction. Raises NotFound, CommandRefused."""
    message = await messages.get(session, message_id)
    files = await messages.attachments(session, message_id)
    if message is None or n >= len(files):
        raise NotFound(f"message {message_id} has no file {n}")
    if files[n].sha256 or not files[n].reference:
        raise CommandRefused(f"file {n} of message {message_id} is here, or was never anywhere else")
    await media.queue(session, [(message_id, message.account, at_us)])
    known = await media.get(session, message_id, n)
    assert known is not None
    await media.settle(session, known, state=MediaState.PENDING, tries=0, at_us=at_us)
    detail = {"was": str(known.state), "reason": str(known.reason)}
    await hub.record(
        session, at_us=at_us, actor=actor, action="attachment.retry", target=f"{message_id}.{n}", detail=detail
    )
    again = await media.get(session, message_id, n)
    assert again is not None
    return again
