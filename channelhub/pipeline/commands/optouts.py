"""A customer declines notices, by a link or through an agent; an agent takes it back."""

from channelhub.domain.notices import OptOutMeans
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.commands.people import require_identity
from channelhub.store import hub, optouts
from channelhub.store.database import Session


async def opt_out(acting: Acting, actor: str, identity_id: int, *, means: OptOutMeans) -> None:
    """No notices to this identity's customer from now on; those that wait are not sent. Once said, it changes nothing
    more. Raises NotFound."""
    now_us = to_us(acting.now())
    async with acting.store.readers.read() as session:
        await require_identity(session, identity_id)
        if await optouts.declining(session, [identity_id]):
            return

    async def write(session: Session) -> None:
        await optouts.save(session, identity_id, means=means, actor=actor, at_us=now_us)
        await hub.record(
            session, at_us=now_us, actor=actor, action="notices.decline", target=str(identity_id),
            detail={"means": str(means)},
        )  # fmt: skip

    await acting.store.writer.command(write)
    acting.written.ring()


async def opt_in(acting: Acting, actor: str, identity_id: int) -> None:
    """They take notices again: an agent was told so. Raises NotFound."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await require_identity(session, identity_id)
        await optouts.lift(session, identity_id, at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="notices.accept", target=str(identity_id))

    await acting.store.writer.command(write)
    acting.written.ring()
