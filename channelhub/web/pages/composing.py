"""Where an answer is written: on a customer's card, and on the page of its conversation."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channelhub.domain.times import from_us, to_us
from channelhub.pipeline import windows
from channelhub.pipeline.card import Card
from channelhub.rules.reply_templates import Beginning, beginnings
from channelhub.store import conversations, drafts, incidents
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.web.auth import PRINCIPAL
from channelhub.web.parts import PARTS
from channelhub.web.presence import PRESENCE, Writing
from channelhub.web.views import ways
from channelhub.web.views.ways import WayView

LAST_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What a person of ours said last there: 0, None and empty where nobody has."""

    id: int = 0
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Where an answer would go: the conversation's own identity. `key` makes a doubled click one answer."""

    way: WayView
    address: str  # as first written
    elsewhere: WayView | None  # where they can be answered instead
    key: str
    draft: str
    last: Last
    others: Sequence[Writing]  # colleagues who write an answer there now
    templates: Sequence[Beginning]


async def composer(session: Session, request: web.Request, card: Card, wanted: int) -> Composer | None:
    """For the conversation asked for, where it is the customer's; else the newest shown that they wrote in."""
    incoming = [one.conversation_id for one in card.entries if one.conversation_id and one.direction == "in"]
    theirs = {one.id for one in card.identities}
    for chosen in filter(None, [wanted, *incoming[:1]]):
        known = conversations.present(await conversations.get_many(session, [chosen]), chosen)
        if known is not None and known.identity_id in theirs:
            return await composer_of(session, request, known)
    return None


async def composer_of(session: Session, request: web.Request, known: Conversation) -> Composer:
    """For one conversation."""
    parts, name = request.app[PARTS], request[PRINCIPAL].name
    acting = parts.acting
    here, elsewhere = await windows.answering(session, acting.book(), known, now_us=to_us(acting.now()))
    kept = await drafts.get(session, known.id, name)
    last = await conversations.last_answer(session, known.id)
    numbers = [
        str(one.number)
        for one in await incidents.open_of(session, [here.identity.id])
        if one.conversation_id == known.id
    ]
    return Composer(
        way=ways.way(here),
        address=here.identity.shown,
        elsewhere=None if elsewhere is None else ways.way(elsewhere),
        key=fresh_key(),
        draft=kept.text if kept else "",
        last=Last() if last is None else Last(id=last.id, at=from_us(last.at_us), text=last.text[:LAST_CHARS]),
        others=[one for one in request.app[PRESENCE].there(known.id) if one.name != name],
        templates=beginnings(
            parts.reply_templates,
            language=here.identity.language,
            name=here.identity.name,
            number=numbers[0] if numbers else "",
            agent=name,
        ),
    )


def fresh_key() -> str:
    """What makes a doubled click on one form one thing."""
    return secrets.token_urlsafe(16)
