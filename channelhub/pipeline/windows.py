"""Channels that take words of ours only for a while after the customer wrote: known before anything is queued."""

from channelhub.domain.people import Identity
from channelhub.domain.times import from_us
from channelhub.pipeline import reaching
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.store import conversations, people
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session

HOUR_US = 3_600_000_000
MOST_ADDRESSES = 20  # of the customer that are looked through for one where they can be answered
MOST_CONVERSATIONS = 5


async def closed(
    session: Session, book: Rulebook, account: AccountFacts, known: Conversation, identity: Identity, *, now_us: int
) -> str:
    """Why a conversation can't be answered any more, and where the customer can be, in a sentence; empty: it can."""
    heard_us = await _past(session, account, known.id, now_us)
    if heard_us is None:
        return ""
    since = from_us(heard_us).strftime("%Y-%m-%d %H:%M UTC")
    hours = account.reply_window_us // HOUR_US
    elsewhere = await _elsewhere(session, book, identity, now_us=now_us)
    way = f"answer them at {elsewhere}" if elsewhere else "answer another way"
    return (
        f"the customer last wrote to {account.name} on {since}, and it takes answers for {hours} hours after that "
        f"only; {way}"
    )


async def _past(session: Session, account: AccountFacts, conversation_id: int, now_us: int) -> int | None:
    """When the customer last wrote in a conversation whose window has closed since; None where it is open."""
    if not account.reply_window_us:
        return None
    heard_us = await conversations.heard_us(session, conversation_id)
    return heard_us if heard_us is not None and now_us - heard_us >= account.reply_window_us else None


async def _elsewhere(session: Session, book: Rulebook, identity: Identity, *, now_us: int) -> str:
    """The address of the customer's that can be written to, where they spoke with us: the one last used."""
    found: list[tuple[int, str]] = []
    for other in (await people.of_customer(session, identity.customer_id))[:MOST_ADDRESSES]:
        for one in await conversations.newest_of(session, other.id, since_us=0, limit=MOST_CONVERSATIONS):
            account = book.account(one.account)
            if not account.writes_to(other.key.kind) or await reaching.obstacle(session, other.id, account.name):
                continue
            if await _past(session, account, one.id, now_us) is None:
                found.append((one.last_us, str(other.key)))
    return max(found)[1] if found else ""
