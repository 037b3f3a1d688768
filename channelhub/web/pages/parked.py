"""What could not be read."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.store import parking
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routing import page
from channelhub.web.views import messages as message_views

PAGE = 50


class AfterQuery(msgspec.Struct, frozen=True, kw_only=True):
    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = 0


async def parked(request: web.Request) -> web.Response:
    query = read_query(request, AfterQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await parking.page(session, after=query.after // MESSAGES_PER_DELIVERY, limit=PAGE)
    shown = [message_views.parked(one) for one in found]
    return render(request, "parked.html", parked=shown, next=shown[-1].id if len(shown) == PAGE else None)


ROUTES = (page("/parked", parked, "What could not be read"),)
