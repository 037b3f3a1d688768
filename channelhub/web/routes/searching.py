"""Customers found by words of their messages, by their names, addresses and phones."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import to_us
from channelhub.pipeline import card as cards
from channelhub.pipeline import searching
from channelhub.rules.message_search import Narrowing
from channelhub.store import people
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.parts import PARTS
from channelhub.web.routes.customers import load
from channelhub.web.routing import Route
from channelhub.web.views import hits as views

MAX_SEARCH = 100
_MOST_IDENTITIES = 200  # of a customer, whose messages are looked through


class HitOrder(StrEnum):
    """How messages are ordered."""

    NEWEST = "newest"
    RELEVANCE = "relevance"


class Sought(StrEnum):
    """What is looked for."""

    PEOPLE = "people"
    MESSAGES = "messages"


_Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words of a message, a name or address.")]
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Older messages: `next` of the page before.")] = (
        MAX_ID
    )
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_SEARCH, description="At most so many messages and people.")] = 20
    order: Annotated[
        HitOrder, msgspec.Meta(description="Messages: the newest first, or the most relevant of the newest 500.")
    ] = HitOrder.NEWEST
    kind: Annotated[Sought | None, msgspec.Meta(description="Only people, or only messages.")] = None
    channel: Annotated[str, msgspec.Meta(max_length=64, description="Only messages of this channel.")] = ""
    customer: Annotated[_Id | None, msgspec.Meta(description="Only messages of this customer.")] = None
    since: Annotated[_Time | None, msgspec.Meta(description="Only messages of this time and later.")] = None
    until: Annotated[_Time | None, msgspec.Meta(description="Only messages before this time.")] = None

    @property
    def narrows(self) -> bool:
        """Whether something is said of messages that people don't have."""
        return bool(self.channel) or self.customer is not None or self.since is not None or self.until is not None


async def search(request: web.Request) -> web.Response:
    query = read_query(request, SearchQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await search_view(session, query))


async def search_view(session: Session, query: SearchQuery) -> views.CustomerHits:
    """People first, on the first page, unless only messages are asked for; then messages."""
    wants_people = query.kind is not Sought.MESSAGES and not query.narrows and query.before == MAX_ID
    found = await searching.people_named(session, query.q, limit=query.limit) if wants_people else []
    items = [views.person(one) for one in found]
    if query.kind is Sought.PEOPLE:
        return views.CustomerHits(items=items, next=None)
    narrowing = await _narrowing(session, query)
    if query.order is HitOrder.RELEVANCE:
        best = await searching.most_relevant(session, query.q, limit=query.limit, narrowing=narrowing)
        return views.CustomerHits(items=items + [views.hit(one) for one in best], next=None)
    hits = await searching.search(session, query.q, limit=query.limit, before=query.before, narrowing=narrowing)
    following = None if hits.following is None else str(hits.following)
    return views.CustomerHits(items=items + [views.hit(one) for one in hits.items], next=following)


async def _narrowing(session: Session, query: SearchQuery) -> Narrowing:
    ids = None
    if query.customer is not None:
        present = await cards.present_customer(session, query.customer)
        own = [] if present is None else await people.of_customer(session, present)
        ids = [one.id for one in own[:_MOST_IDENTITIES]]
    return Narrowing(
        channel=query.channel,
        identity_ids=ids,
        since_us=to_us(query.since) if query.since else None,
        until_us=to_us(query.until) if query.until else None,
    )


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
