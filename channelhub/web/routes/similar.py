"""Messages like a message: what an agent sees beside a contact."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.store import outages, people, timeline
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import path_id, read_query
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import similar as views


class SimilarQuery(msgspec.Struct, frozen=True, kw_only=True):
    """How many."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10


async def nearest(request: web.Request) -> web.Response:
    query = read_query(request, SimilarQuery)
    parts = request.app[PARTS]
    message_id = path_id(request)
    async with parts.store.readers.read() as session:
        if await timeline.get(session, message_id) is None:
            raise Problem(Kind.NOT_FOUND, "No message has this id.")
    return json_answer(views.SimilarList(items=await similar_views(parts, message_id, limit=query.limit)))


async def similar_views(parts: WebParts, message_id: int, *, limit: int) -> list[views.SimilarView]:
    """The messages most like one, for the API and the page."""
    found = await parts.similar.nearest(message_id, limit=limit)
    async with parts.store.readers.read() as session:
        return await _views(session, found)


async def _views(session: Session, found: "views.Found") -> list[views.SimilarView]:
    entries = await timeline.get_many(session, [one.id for one in found])
    owners = await people.identities(session, [entry.identity_id for entry in entries.values()])
    items = []
    for one in found:
        entry = entries.get(one.id)
        if entry is not None:
            in_outages = await outages.of_message(session, one.id)
            items.append(views.similar(one, entry, owners[entry.identity_id].customer_id, in_outages))
    return items


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/messages/{id}/similar",
        handler=nearest,
        summary="Messages like this one, the most alike first",
        description="Among the newest 20,000, with the stems and concepts (#) they share.",
        query=SimilarQuery,
        answer=views.SimilarList,
        problems=(404, 422),
    ),
)
