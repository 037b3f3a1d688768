"""Whether an account can write to an address: what channels say of it, and a message that proves the contrary.

A customer who blocks a bot is told so to no one but the bot. Until they let it in again, or write, nothing is sent.
"""

from channelhub.domain.inbound import Reachability
from channelhub.domain.times import from_us
from channelhub.pipeline.desk import Desk
from channelhub.store import reach
from channelhub.store.database import Session
from channelhub.store.messages import Message
from channelhub.store.reach import Reach


def note(desk: Desk, stored: Message, item: Reachability) -> None:
    """What the channel says holds from now on, unless something later is known."""
    if not item.is_reachable:
        desk.written.reach.lost.add((stored.identity_id, stored.account))
    desk.written.reach.new.append(
        Reach(
            identity_id=stored.identity_id,
            account=stored.account,
            is_reachable=item.is_reachable,
            at_us=stored.at_us,
            place=item.place,
        )
    )


def heard(desk: Desk, stored: Message) -> None:
    """Who writes, lets us write: of a message that came in."""
    if (stored.identity_id, stored.account) in desk.written.reach.lost:
        desk.written.reach.new.append(
            Reach(identity_id=stored.identity_id, account=stored.account, is_reachable=True, at_us=stored.at_us)
        )


async def obstacle(session: Session, address_id: int, account: str) -> str:
    """Why nothing can be sent to an address by an account, in a sentence; empty where something can."""
    for one in await reach.lost(session, [address_id]):
        if one.account == account:
            since = from_us(one.at_us).strftime("%Y-%m-%d %H:%M UTC")
            return (
                f"the customer blocked {account} on {since}: nothing reaches them there until they unblock it or write "
                "again"
            )
    return ""
