"""Retry what was parked; let sending go on after a restore."""

from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting, NotFound
from channelhub.store import hub, outbox, parking
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem


async def retry_parked(acting: Acting, actor: str, inbox_id: int, *, arrived: Bell) -> None:
    """Give a parked delivery to the parsers again; it stays listed until it is read. Raises NotFound."""
    now_us = to_us(acting.now())

    await acting.store.writer.command(lambda session: retry(session, inbox_id, actor=actor, at_us=now_us))
    arrived.ring()


async def retry(session: Session, inbox_id: int, *, actor: str, at_us: int) -> None:
    """Queue a parked delivery again in the current transaction. Raises NotFound."""
    if await parking.one(session, inbox_id) is None:
        raise NotFound("Nothing is parked under this id.")
    await parking.retry(session, inbox_id)
    await hub.record(session, at_us=at_us, actor=actor, action="parked.retry", target=str(inbox_id))


async def would_send(session: Session) -> list[OutboxItem]:
    """What goes out when sending is resumed."""
    return await outbox.in_state(session, OutboxState.QUEUED)


async def resume_sending(acting: Acting, actor: str) -> int:
    """Let the outbox go on after a restore; how many messages were waiting."""
    now_us = to_us(acting.now())
    waiting = await acting.store.writer.command(lambda session: resume(session, actor=actor, at_us=now_us))
    acting.written.ring()
    return waiting


async def resume(session: Session, *, actor: str, at_us: int) -> int:
    """End the pause in the current transaction; how many messages were waiting."""
    waiting = (await outbox.depth(session)).get(str(OutboxState.QUEUED), 0)
    await hub.remove_fact(session, hub.SENDING_PAUSED)
    await hub.record(session, at_us=at_us, actor=actor, action="sending.resume", target=str(waiting))
    return waiting
