"""What a search found: people first, then messages with the words marked; narrowed down by a form."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.domain.spans import pieces
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes import searching
from channelhub.web.routes.searching import HitOrder, SearchQuery, Sought
from channelhub.web.routing import page
from channelhub.web.views.hits import CustomerHit, CustomerHits

PAGE = 20
_LAST_DAY = date(9999, 12, 31)


class FoundQuery(msgspec.Struct, frozen=True, kw_only=True):
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID
    order: HitOrder = HitOrder.NEWEST
    kind: Sought | None = None
    channel: Annotated[str, msgspec.Meta(max_length=64)] = ""
    customer: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | None = None
    since: date | None = None
    until: date | None = None  # the last day, as people say it


async def found(request: web.Request) -> web.Response:
    query = read_query(request, FoundQuery)
    parts = request.app[PARTS]
    words = query.q.strip()
    hits = CustomerHits(items=[], next=None)
    if words:
        async with parts.store.readers.read() as session:
            hits = await _hits(session, query, words, parts.default_region)
    return render(
        request,
        "found.html",
        words=words,
        query=query,
        items=[(one, pieces(one.text, one.marks)) for one in hits.items],
        orders=list(HitOrder),
        kinds=list(Sought),
        older=_address(query, hits.next) if hits.next else None,
    )


async def _hits(session: Session, query: FoundQuery, words: str, region: str) -> CustomerHits:
    """An address leads to its customer first, whatever words it also is."""
    asked = SearchQuery(
        q=words, before=query.before, limit=PAGE, order=query.order, kind=query.kind, channel=query.channel,
        customer=query.customer, since=_beginning(query.since), until=_end(query.until),
    )  # fmt: skip
    hits = await searching.search_view(session, asked)
    if query.before != MAX_ID or asked.narrows or query.kind is Sought.MESSAGES:
        return hits
    exact: CustomerHit | None = await searching.by_address(session, words, default_region=region)
    if exact is None or exact.customer_id in {one.customer_id for one in hits.items if one.message_id is None}:
        return hits
    return CustomerHits(items=[exact, *hits.items], next=hits.next)


def _beginning(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _end(day: date | None) -> datetime | None:
    """The first moment of the next day."""
    return _beginning(day + timedelta(days=1)) if day and day < _LAST_DAY else None


def _address(query: FoundQuery, following: str) -> str:
    """The same search below a place."""
    given = msgspec.to_builtins(query)
    said = {name: str(value) for name, value in given.items() if value not in (None, "")}
    return f"/search?{urlencode({**said, 'before': following})}"


ROUTES = (page("/search", found, "What a search found"),)
