"""Where an answer is written: on a customer's card, and on the page of its conversation."""

import secrets
from dataclasses import dataclass

from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.card import Card
from channelhub.pipeline.commands.acting import Acting
from channelhub.store import conversations
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.web.views import ways
from channelhub.web.views.ways import WayView


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Where an answer would go: the conversation's own identity. `key` makes a doubled click one answer."""

    way: WayView
    address: str  # as first written
    elsewhere: WayView | None  # where they can be answered instead
    key: str


async def composer(session: Session, acting: Acting, card: Card, wanted: int) -> Composer | None:
    """For the conversation asked for, else the newest that the customer wrote in."""
    incoming = [one.conversation_id for one in card.entries if one.conversation_id and one.direction == "in"]
    chosen = wanted if wanted in incoming else incoming[0] if incoming else wanted
    known = conversations.present(await conversations.get_many(session, [chosen]), chosen)
    if known is None or known.identity_id not in {one.id for one in card.identities}:
        return None
    return await composer_of(session, acting, known)


async def composer_of(session: Session, acting: Acting, known: Conversation) -> Composer:
    """For one conversation."""
    here, elsewhere = await windows.answering(session, acting.book(), known, now_us=to_us(acting.now()))
    return Composer(
        way=ways.way(here),
        address=here.identity.shown,
        elsewhere=None if elsewhere is None else ways.way(elsewhere),
        key=fresh_key(),
    )


def fresh_key() -> str:
    """What makes a doubled click on one form one thing."""
    return secrets.token_urlsafe(16)
