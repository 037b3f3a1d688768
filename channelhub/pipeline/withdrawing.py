"""The last look before a notice is handed to its channel: what changed since it was queued may speak against it."""

from channelhub.domain.notices import Unsent
from channelhub.domain.outbound import OutboxState
from channelhub.pipeline.telling import KIND
from channelhub.rules.notices import season
from channelhub.store import notices, optouts, outages, outbox, people, recipients, timeline
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem


async def is_withdrawn(session: Session, item: OutboxItem, *, at_us: int) -> bool:
    """Whether a message that is about to be sent is not sent after all; that is then written with the reason.

    Called in the transaction that marks it as being sent, so nothing can come between. Only notices are looked at.
    """
    if item.kind != KIND:
        return False
    reason = await _reason(session, item)
    if reason is None:
        await recipients.mark_handed(session, item.id, at_us=at_us)
        return False
    await withdraw(session, item, reason, at_us=at_us)
    return True


async def withdraw(session: Session, item: OutboxItem, reason: Unsent, *, at_us: int) -> None:
    """Take a queued message back."""
    await outbox.settle(session, item, state=OutboxState.WITHDRAWN, at_us=at_us, error=str(reason))
    await timeline.set_state(session, item.message_id, str(OutboxState.WITHDRAWN))


async def _reason(session: Session, item: OutboxItem) -> Unsent | None:
    known = await recipients.of_outbox(session, item.id)
    notice = None if known is None else await notices.get(session, known[0])
    outage = None if notice is None else await outages.get(session, notice.outage_id)
    if notice is None or outage is None:
        return Unsent.CANCELLED
    ended = season.withdrawal(notice.kind, notice.state, outage.state, is_merged=outage.merged_into is not None)
    if ended is not None:
        return ended
    own = (await people.identities(session, [item.identity_id])).get(item.identity_id)
    kin = {item.identity_id} if own is None else set(await recipients.kin(session, [own.customer_id]))
    if await optouts.declining(session, kin):
        return Unsent.OPTED_OUT
    if await people.blocked(session, [item.identity_id]):
        return Unsent.BLOCKED
    if await recipients.handed(session, kin - {item.identity_id}, notice_ids=[notice.id]):
        return Unsent.TOLD_ELSEWHERE  # two customers that turned out to be one
    return None
