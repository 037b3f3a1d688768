"""That somebody's data was taken out, in the audit before the first byte is."""

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting
from channelhub.store import hub
from channelhub.store.database import Session

ACTION = "customer.export"


async def record(acting: Acting, actor: str, customer_id: int) -> None:
    """Write who exports whom. Raises NotCommitted."""

    async def write(session: Session) -> None:
        await hub.record(
            session, at_us=to_us(acting.now()), actor=actor, action=ACTION, target=str(customer_id), detail={}
        )

    await acting.store.writer.command(write)
