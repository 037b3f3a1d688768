"""Customers: found by an address, read as a card, blocked and opted out."""

from datetime import datetime
from typing import Annotated, Any, Protocol

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
from channelhub.pipeline.looking import Look
from channelhub.pipeline.windows import Way
from channelhub.rules.looking import Wanted
from channelhub.store import outages
from channelhub.store.database import Session
from channelhub.store.timeline import NEWEST, Place
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import people as views
from channelhub.web.views import timelines


class LookQuery(Protocol):
    """The parameters that say which part of a timeline is asked for."""

    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def around(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def q(self) -> str: ...


class LookupQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose card."""

    identity: Annotated[
        str, msgspec.Meta(min_length=3, max_length=400, description="kind:value, as email:ann@example.com.")
    ]


class TimelineQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the timeline: of `before`, `after` and `around` one at most. A filter looks at 5,000 entries at
    once, and says by `next` how far it came."""

    before: Annotated[str, msgspec.Meta(max_length=40, description="Older entries: `next` of the page before.")] = ""
    after: Annotated[str, msgspec.Meta(max_length=40, description="Newer entries: `newer` of a page.")] = ""
    around: Annotated[
        int, msgspec.Meta(ge=0, le=MAX_ID, description="An entry's id: it, and as many before as after it.")
    ] = 0
    channel: Annotated[str, msgspec.Meta(max_length=64, description="Only of this channel, as email.")] = ""
    kind: Annotated[str, msgspec.Meta(max_length=64, description="Only of this type, as message or journey.")] = ""
    q: Annotated[str, msgspec.Meta(max_length=200, description="Only with all of these words, in any form.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many entries.")] = 50


async def find(request: web.Request) -> web.Response:
    query = read_query(request, LookupQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        customer_id = await cards.lookup(session, query.identity, default_region=parts.default_region)
        if customer_id is None:
            raise Problem(Kind.NOT_FOUND, "Nobody has this identity. It is written kind:value, email:ann@example.com.")
        return json_answer(await card_view(session, customer_id, parts.acting, at=local_now(parts.acting)))


async def get(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        return json_answer(await card_view(session, path_id(request), parts.acting, at=local_now(parts.acting)))


async def timeline(request: web.Request) -> web.Response:
    query = read_query(request, TimelineQuery)
    look = look_of(query, limit=query.limit)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await timeline_view(session, path_id(request), look))


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


async def load(session: Session, customer_id: int, *, limit: int = 50, look: Look | None = None) -> Card:
    """The card. Raises Problem (404) when no customer has or had this id, or has no entry to look around."""
    card = await cards.card(session, customer_id, look or Look(limit=limit))
    if card is None:
        raise _nobody(look)
    return card


async def card_view(
    session: Session, customer_id: int, acting: Acting | None = None, *, at: datetime
) -> views.CardView:
    """As it stands at a local time. Without `acting`, where no daemon runs, nobody can be answered."""
    card = await load(session, customer_id)
    found: list[Way] = []
    if acting is not None:
        found = await windows.ways(session, acting.book(), card.identities, now_us=to_us(at))
    return views.card(card, await outages.counts(session, [one.id for one in card.outages]), found, at=at)


def local_now(acting: Acting) -> datetime:
    """In the hub's zone."""
    return acting.now().astimezone(acting.book().zone)


async def timeline_view(session: Session, customer_id: int, look: Look) -> timelines.TimelineView:
    found = await cards.timeline_of(session, customer_id, look)
    if found is None:
        raise _nobody(look)
    return timelines.TimelineView(
        items=[timelines.entry(one) for one in found.entries],
        next=timelines.place(found.older),
        newer=timelines.place(found.newer),
    )


def look_of(query: LookQuery, *, limit: int) -> Look:
    """What a query asks for. Raises Problem (422) for places that contradict each other, or are none."""
    wanted = Wanted(channel=query.channel, kind=query.kind, words=query.q)
    given = [name for name in ("before", "after", "around") if getattr(query, name)]
    if len(given) > 1 or (query.around and not wanted.is_everything):
        raise Problem(
            Kind.INVALID,
            "Send one of before, after and around; around shows everything.",
            errors=dict.fromkeys(given, "one of them, without a filter"),
        )
    return Look(
        before=place_of(query.before),
        after=place_of(query.after, name="after") if query.after else None,
        around=query.around or None,
        limit=limit,
        wanted=wanted,
    )


def place_of(cursor: str, *, name: str = "before") -> Place:
    """Where a timeline goes on. Raises Problem (422) for what is no cursor of ours."""
    if not cursor:
        return NEWEST
    at, dot, number = cursor.partition(".")
    if not (dot and at.isascii() and at.isdigit() and number.isascii() and number.isdigit() and len(cursor) <= 39):
        raise Problem(Kind.INVALID, f"{name} is not a cursor of this timeline.", errors={name: "not a cursor"})
    return min(int(at), MAX_ID), min(int(number), MAX_ID)


def _nobody(look: Look | None) -> Problem:
    if look is not None and look.around is not None:
        return Problem(Kind.NOT_FOUND, "No customer has this id, or no entry of theirs has the one to look around.")
    return Problem(Kind.NOT_FOUND, "No customer has this id.")


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
        "A customer's timeline, newest first, all of it or what is wanted",
        query=TimelineQuery,
        answer=timelines.TimelineView,
        problems=(404, 422),
    ),
    _route("PUT", "/identities/{id}/block", block, "Answer this sender no more", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/block", unblock, "Answer this sender again", status=204, problems=(404, 503)),
    _route("PUT", "/identities/{id}/opt-out", opt_out, "Send no notices", status=204, problems=(404, 503)),
    _route("DELETE", "/identities/{id}/opt-out", opt_in, "Send notices again", status=204, problems=(404, 503)),
)
