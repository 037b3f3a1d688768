"""One conversation by itself: its messages and the notes on it, and where it is answered."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.store import conversations, notes, people, timeline
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.timeline import Entry
from channelhub.web.bodies import path_id, read_query
from channelhub.web.pages.composing import composer_of, fresh_key
from channelhub.web.pages.rendering import render
from channelhub.web.pages.unfolding import folded
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes import customers
from channelhub.web.routing import page
from channelhub.web.views import timelines as views
from channelhub.web.views.people import CustomerView

PAGE = 50


class ConversationQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[str, msgspec.Meta(max_length=40)] = ""
    answered: Annotated[
        int, msgspec.Meta(ge=0, le=1000, description="An answer was held back: somebody was quicker. 1 and its files.")
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose conversation it is, as the templates of a card name it."""

    customer: CustomerView


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The conversation that a page shows."""

    id: int
    subject: str
    account: str


async def conversation(request: web.Request) -> web.Response:
    query, asked_id = read_query(request, ConversationQuery), path_id(request)
    async with request.app[PARTS].store.readers.read() as session:
        known = conversations.present(await conversations.get_many(session, [asked_id]), asked_id)
        if known is None:
            raise Problem(Kind.NOT_FOUND, "There is no such conversation.")
        owner = (await people.identities(session, [known.identity_id]))[known.identity_id]
        entries, older = await entries_of(session, known, before=customers.place_of(query.before))
        unfolding = await folded(session, entries)
        reply = await composer_of(session, request, known)
    shown = CustomerView(id=str(owner.customer_id), name=owner.name or owner.shown, language=owner.language)
    return render(
        request,
        "conversation.html",
        card=Owner(customer=shown),
        here=Here(id=known.id, subject=known.subject, account=known.account),
        entries=[views.entry(one) for one in reversed(entries)],
        older=views.place(older),
        is_older=bool(query.before),
        folded=unfolding,
        reply=reply,
        answered=query.answered,
        note_key=fresh_key(),
    )


async def entries_of(
    session: Session, known: Conversation, *, before: tuple[int, int]
) -> tuple[list[Entry], tuple[int, int] | None]:
    """A page of messages and notes, the newest first, and where the next begins. An album's parts are one entry."""
    said = await conversations.message_ids(session, known.id, before=before, limit=PAGE)
    written = await notes.of_conversation(session, known.id, before=before, limit=PAGE)
    found = await timeline.get_many(session, [*said, *written])
    ordered = sorted(found.values(), key=lambda one: (one.at_us, one.id), reverse=True)
    is_full = len(said) == PAGE or len(written) == PAGE
    shown = ordered[:PAGE]
    return shown, (shown[-1].at_us, shown[-1].id) if is_full and shown else None


ROUTES = (page("/conversations/{id}", conversation, "A conversation"),)
