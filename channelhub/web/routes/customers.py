"""Customers: found by an address, read as a card, blocked and opted out."""

from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.domain.notices import OptOutMeans
from channelhub.domain.times import to_us
from channelhub.pipeline import card as cards
from channelhub.pipeline import windows
from channelhub.pipeline.card import Card
from channelhub.pipeline.commands import optouts
from channelhub.pipeline.commands import people as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.windows import Way
from channelhub.store import outages
from channelhub.store.database import Session
from channelhub.store.timeline import NEWEST
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import people as views


class LookupQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose card."""

    identity: Annotated[
        str, msgspec.Meta(min_length=3, max_length=400, description="kind:value, as email:ann@example.com.")
    ]


class TimelineQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the timeline."""

    before: Annotated[str, msgspec.Meta(max_length=40, description="`next` of the page before.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many entries.")] = 50


async def find(request: web.Request) -> web.Response:
    query = read_query(request, LookupQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        customer_id = await cards.lookup(session, query.identity, default_region=parts.default_region)
        if customer_id is None:
            raise Problem(Kind.NOT_FOUND, "Nobody has this identity. It is written kind:value, email:ann@example.com.")
        return json_answer(await card_view(session, customer_id, parts.acting))


async def get(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        return json_answer(await card_view(session, path_id(request), parts.acting))


async def timeline(request: web.Request) -> web.Response:
    query = read_query(request, TimelineQuery)
    before = place_of(query.before)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await timeline_view(session, path_id(request), before=before, limit=query.limit))


async def block(request: web.Request) -> web.Response:
    await commands.block(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return web.Response(status=204)


async def unblock(request: web.Request) -> web.Response:
    await commands.unblock(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return web.Response(status=204)


async def opt_out(request: web.Request) -> web.Response:
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    await optouts.opt_out(acting, actor, path_id(request), means=OptOutMeans.AGENT)
    return web.Response(status=204)


async def opt_in(request: web.Request) -> web.Response:
    await optouts.opt_in(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return web.Response(status=204)


async def load(session: Session, customer_id: int, *, limit: int = 50, before: tuple[int, int] = NEWEST) -> Card:
    """The card. Raises Problem (404) when no customer has or had this id."""
    card = await cards.card(session, customer_id, limit=limit, before=before)
    if card is None:
        raise Problem(Kind.NOT_FOUND, "No customer has this id.")
    return card


async def card_view(session: Session, customer_id: int, acting: Acting | None = None) -> views.CardView:
    """Without `acting`, where no daemon runs, nobody can be answered."""
    card = await load(session, customer_id)
    found: list[Way] = []
    if acting is not None:
        found = await windows.ways(session, acting.book(), card.identities, now_us=to_us(acting.now()))
    return views.card(card, await outages.counts(session, [one.id for one in card.outages]), found)


async def timeline_view(
    session: Session, customer_id: int, *, before: tuple[int, int], limit: int
) -> views.TimelineView:
    card = await load(session, customer_id, limit=limit, before=before)
    return views.TimelineView(items=[views.entry(one) for one in card.entries], next=views.place(card.next))


def place_of(before: str) -> tuple[int, int]:
    """Where a timeline goes on. Raises Problem (422) for what is no cursor of ours."""
    if not before:
        return NEWEST
    at, dot, number = before.partition(".")
    if not (dot and at.isascii() and at.isdigit() and number.isascii() and number.isdigit() and len(before) <= 39):
        raise Problem(Kind.INVALID, "before is not a cursor of this timeline.", errors={"before": "not a cursor"})
    return min(int(at), MAX_ID), min(int(number), MAX_ID)


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, **more)


ROUTES = (
    _route(
        "GET",
        "/customers/lookup",
        find,
        "The card of whoever has an identity",
        query=LookupQuery,
        answer=views.CardView,
        problems=(404, 422),
    ),
    _route("GET", "/customers/{id}", get, "A customer's card", answer=views.CardView, problems=(404,)),
    _route(
        "GET",
        "/customers/{id}/timeline",
        timeline,
        "A customer's timeline, newest first",
        query=TimelineQuery,
        answer=views.TimelineView,
        problems=(404, 422),
    ),
    _route("PUT", "/identities/{id}/block", block, "Answer this sender no more", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/block", unblock, "Answer this sender again", status=204, problems=(404, 503)),
    _route("PUT", "/identities/{id}/opt-out", opt_out, "Send no notices", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/opt-out", opt_in, "Send notices again", status=204, problems=(404, 503)),
)
