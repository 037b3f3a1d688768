"""Customers: found by an address or by words, read as a card, joined and taken apart."""

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
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import people as views

MAX_SEARCH = 100


class LookupQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose card."""

    identity: Annotated[
        str, msgspec.Meta(min_length=3, max_length=400, description="kind:value, as email:ann@example.com.")
    ]


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words of a message, a name or address.")]
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Older messages: `next` of the page before.")] = (
        MAX_ID
    )
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_SEARCH, description="At most so many messages and people.")] = 20


class TimelineQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the timeline."""

    before: Annotated[str, msgspec.Meta(max_length=40, description="`next` of the page before.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many entries.")] = 50


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Join this customer with the one of another identity; or accept or reject a suggestion."""

    identity_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z", description="Of the other customer.")] = ""
    suggestion_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z", description="Instead of identity_id.")] = ""
    accept: Annotated[bool, msgspec.Meta(description="false: the suggestion is wrong, don't show it again.")] = True
    reason: Annotated[str, msgspec.Meta(max_length=200, description="Why, for the record.")] = ""


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The link's id, for DELETE /links/{id}; null when a suggestion was rejected."""

    id: str | None


class Unlinked(msgspec.Struct, frozen=True, kw_only=True):
    """`suggestion_id` is open again, where its acceptance was taken back. By `still_joined_by`, from one end to the
    other, the two are one customer still: DELETE /identities/{id}/links takes one of them out."""

    suggestion_id: str | None
    still_joined_by: list[views.LinkView]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """The customer that an identity was taken out of, or is in again, as it is now."""

    customer_id: str


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


async def search(request: web.Request) -> web.Response:
    query = read_query(request, SearchQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await search_view(session, query.q, before=query.before, limit=query.limit))


async def timeline(request: web.Request) -> web.Response:
    query = read_query(request, TimelineQuery)
    before = place_of(query.before)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await timeline_view(session, path_id(request), before=before, limit=query.limit))


async def link(request: web.Request) -> web.Response:
    customer_id = path_id(request)
    body = await read_json(request, LinkRequest)
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    if bool(body.identity_id) == bool(body.suggestion_id):
        raise Problem(Kind.INVALID, "Send either identity_id or suggestion_id.", errors={"identity_id": "or the other"})
    if body.identity_id:
        async with parts.store.readers.read() as session:
            own = await load(session, customer_id, limit=1)
        made = await commands.link(
            parts.acting, actor, own.customer_id, _number(body.identity_id, "identity_id"), reason=body.reason
        )
        return json_answer(LinkMade(id=str(made)), status=201)
    suggestion_id = _number(body.suggestion_id, "suggestion_id")
    async with parts.store.readers.read() as session:
        shown = {one.id for one in (await load(session, customer_id, limit=1)).suggestions}
    if suggestion_id not in shown:
        raise Problem(Kind.NOT_FOUND, "This customer has no such open suggestion.")
    if not body.accept:
        await commands.reject(parts.acting, actor, suggestion_id)
        return json_answer(LinkMade(id=None), status=201)
    return json_answer(LinkMade(id=str(await commands.accept(parts.acting, actor, suggestion_id))), status=201)


async def unlink(request: web.Request) -> web.Response:
    done = await commands.unlink(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(
        Unlinked(
            suggestion_id=None if done.reopened is None else str(done.reopened),
            still_joined_by=[views.link(one) for one in done.still_joined_by],
        )
    )


async def take_out(request: web.Request) -> web.Response:
    identity_id = path_id(request)
    left_id = await commands.take_out(request.app[PARTS].acting, request[PRINCIPAL].actor, identity_id)
    return json_answer(Placed(customer_id=str(left_id)))


async def put_back(request: web.Request) -> web.Response:
    customer_id = await commands.put_back(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(Placed(customer_id=str(customer_id)))


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


async def search_view(session: Session, words: str, *, before: int = MAX_ID, limit: int = 20) -> views.CustomerHits:
    """People first, on the first page; then messages, the newest first."""
    people = await cards.people_named(session, words, limit=limit) if before == MAX_ID else []
    hits = await cards.search(session, words, limit=limit, before=before)
    items = [views.person(one) for one in people] + [views.hit(one) for one in hits]
    return views.CustomerHits(items=items, next=str(hits[-1].version_id) if len(hits) == limit else None)


async def by_address(session: Session, text: str, *, default_region: str) -> views.CustomerHit | None:
    """The customer of an address as a person types it: with or without its kind."""
    for identity in (text, f"email:{text}", f"phone:{text}"):
        customer_id = await cards.lookup(session, identity, default_region=default_region)
        if customer_id is not None:
            return views.CustomerHit(
                customer_id=str(customer_id),
                name=(await load(session, customer_id, limit=1)).name,
                matched=identity,
            )
    return None


def place_of(before: str) -> tuple[int, int]:
    """Where a timeline goes on. Raises Problem (422) for what is no cursor of ours."""
    if not before:
        return NEWEST
    at, dot, number = before.partition(".")
    if not (dot and at.isascii() and at.isdigit() and number.isascii() and number.isdigit() and len(before) <= 39):
        raise Problem(Kind.INVALID, "before is not a cursor of this timeline.", errors={"before": "not a cursor"})
    return min(int(at), MAX_ID), min(int(number), MAX_ID)


def _number(text: str, field: str) -> int:
    if int(text) > MAX_ID:
        raise Problem(Kind.NOT_FOUND, f"Nothing has this {field}.")
    return int(text)


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
        "GET", "/customers", search, "Find customers", query=SearchQuery, answer=views.CustomerHits, problems=(422,)
    ),
    _route(
        "GET",
        "/customers/{id}/timeline",
        timeline,
        "A customer's timeline, newest first",
        query=TimelineQuery,
        answer=views.TimelineView,
        problems=(404, 422),
    ),
    _route(
        "POST",
        "/customers/{id}/links",
        link,
        "Join customers, or settle a suggestion",
        body=LinkRequest,
        answer=LinkMade,
        status=201,
        problems=(400, 404, 409, 415, 422, 503),
    ),
    _route("DELETE", "/links/{id}", unlink, "Take two identities apart", answer=Unlinked, problems=(404, 503)),
    _route(
        "DELETE",
        "/identities/{id}/links",
        take_out,
        "Take an identity out of its customer",
        answer=Placed,
        problems=(404, 409, 503),
    ),
    _route(
        "POST",
        "/identities/{id}/links",
        put_back,
        "Put an identity that was taken out back",
        answer=Placed,
        problems=(404, 503),
    ),
    _route("PUT", "/identities/{id}/block", block, "Answer this sender no more", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/block", unblock, "Answer this sender again", status=204, problems=(404, 503)),
    _route("PUT", "/identities/{id}/opt-out", opt_out, "Send no notices", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/opt-out", opt_in, "Send notices again", status=204, problems=(404, 503)),
)
