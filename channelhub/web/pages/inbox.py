"""The inbox: newest messages, open outages, accounts; and what a search found."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.outages import OutageState
from channelhub.store import hub, latest, outages, parking
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes import searching
from channelhub.web.routing import page
from channelhub.web.views import desk, people

PAGE = 50
EMPTY = people.CustomerHits(items=[], next=None)


class HomeQuery(msgspec.Struct, frozen=True, kw_only=True):
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


async def home(request: web.Request) -> web.Response:
    query = read_query(request, HomeQuery)
    parts = request.app[PARTS]
    words = query.q.strip()
    async with parts.store.readers.read() as session:
        hits = await _hits(session, words, query.before, parts.default_region) if words else EMPTY
        newest = [] if words else await latest.page(session, before=query.before, limit=PAGE)
        current = [one for one in await outages.still_open(session) if one.state is not OutageState.EMERGING]
        counts = await outages.counts(session, [one.id for one in current])
        parked = await parking.count(session)
        is_paused = await hub.fact(session, hub.SENDING_PAUSED) is not None
    return render(
        request,
        "home.html",
        words=words,
        hits=hits,
        latest=newest,
        older=newest[-1].id if len(newest) == PAGE else None,
        outages=[desk.outage(one, counts) for one in current],
        accounts=parts.accounts(),
        parked=parked,
        is_paused=is_paused,
    )


async def _hits(session: Session, words: str, before: int, region: str) -> people.CustomerHits:
    """An address leads to its customer first, whatever words it also is."""
    found = await searching.search_view(session, words, before=before, limit=20)
    known = {one.customer_id for one in found.items if one.message_id is None}
    exact = await searching.by_address(session, words, default_region=region) if before == MAX_ID else None
    if exact is None or exact.customer_id in known:
        return found
    return people.CustomerHits(items=[exact, *found.items], next=found.next)


ROUTES = (page("/", home, "The inbox: newest messages, open outages, accounts"),)
