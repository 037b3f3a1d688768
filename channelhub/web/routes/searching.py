"""Customers found by words of their messages, by their names, addresses and phones."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline import card as cards
from channelhub.pipeline import searching
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.parts import PARTS
from channelhub.web.routes.customers import load
from channelhub.web.routing import Route
from channelhub.web.views import people as views

MAX_SEARCH = 100


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words of a message, a name or address.")]
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Older messages: `next` of the page before.")] = (
        MAX_ID
    )
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_SEARCH, description="At most so many messages and people.")] = 20


async def search(request: web.Request) -> web.Response:
    query = read_query(request, SearchQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await search_view(session, query.q, before=query.before, limit=query.limit))


async def search_view(session: Session, words: str, *, before: int = MAX_ID, limit: int = 20) -> views.CustomerHits:
    """People first, on the first page; then messages, the newest first."""
    people = await searching.people_named(session, words, limit=limit) if before == MAX_ID else []
    hits = await searching.search(session, words, limit=limit, before=before)
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


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/customers",
        handler=search,
        summary="Find customers",
        query=SearchQuery,
        answer=views.CustomerHits,
        problems=(422,),
    ),
)
