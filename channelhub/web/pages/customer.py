"""A customer's card."""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.pipeline.card import present_customer
from channelhub.pipeline.looking import place_of
from channelhub.rules.looking import KINDS
from channelhub.store import outages
from channelhub.store import people as people_store
from channelhub.store.database import Session
from channelhub.web.auth import LEAD, PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.pages.composing import composer, fresh_key
from channelhub.web.pages.inbox import SNOOZES
from channelhub.web.pages.parting import still_one, taken_out
from channelhub.web.pages.rendering import render
from channelhub.web.pages.unfolding import folded
from channelhub.web.parts import PARTS
from channelhub.web.routes import customers
from channelhub.web.routing import page
from channelhub.web.views import people

PAGE = 50


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[str, msgspec.Meta(max_length=40)] = ""
    after: Annotated[str, msgspec.Meta(max_length=40)] = ""
    around: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="An entry that a link leads to.")] = 0
    channel: Annotated[str, msgspec.Meta(max_length=64)] = ""
    kind: Annotated[str, msgspec.Meta(max_length=64)] = ""
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    conversation: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = 0
    unlinked: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="A link that was taken apart.")] = 0
    out: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="An identity that was taken out.")] = 0
    undo: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="A step that can be taken back.")] = 0
    changed: Annotated[int, msgspec.Meta(ge=0, le=1000, description="How many incidents were changed.")] = 0
    left: Annotated[int, msgspec.Meta(ge=0, le=1000, description="How many were left alone.")] = 0


async def customer(request: web.Request) -> web.StreamResponse:
    query = read_query(request, CustomerQuery)
    customer_id = path_id(request)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        await _lead_home(session, query.around, customer_id)
        card = await customers.load(session, customer_id, look=customers.look_of(query, limit=PAGE))
        counts = await outages.counts(session, [one.id for one in card.outages])
        reply = await composer(session, request, card, query.conversation)
        unfolding = await folded(session, card.entries)
        still = await still_one(session, query.unlinked, card)
        out = await taken_out(session, query.out)
    if card.customer_id != customer_id:
        raise web.HTTPSeeOther(f"/customers/{card.customer_id}?{request.query_string}".rstrip("?"))
    view = people.card(card, counts, at=customers.local_now(parts.acting))
    return render(
        request,
        "customer.html",
        may_export=request[PRINCIPAL].role in LEAD,
        card=view,
        timeline=view.timeline,
        names={one.id: one.shown for one in view.identities},
        folded=unfolding,
        is_newest=not (query.before or query.after or query.around),
        wanted=query,
        filters=urlencode({name: value for name, value in _filters(query).items() if value}),
        kinds=KINDS,
        reply=reply,
        note_key=fresh_key(),
        here=None,
        answered=0,
        still=still,
        step=query,
        snoozes=SNOOZES,
        out=out,
    )


async def _lead_home(session: Session, entry_id: int, customer_id: int) -> None:
    """An entry may be another customer's by now: its link goes there. Raises HTTPSeeOther."""
    entry = await place_of(session, entry_id) if entry_id else None
    if entry is None:
        return
    owner = (await people_store.identities(session, [entry.identity_id])).get(entry.identity_id)
    if owner is not None and owner.customer_id != await present_customer(session, customer_id):
        raise web.HTTPSeeOther(f"/customers/{owner.customer_id}?around={entry_id}#m{entry.id}")


def _filters(query: CustomerQuery) -> dict[str, str]:
    return {"channel": query.channel, "kind": query.kind, "q": query.q}


ROUTES = (page("/customers/{id}", customer, "A customer's card"),)
