"""Alerts of monitoring systems, listed."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.store import monitoring
from channelhub.web.answers import json_answer
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route
from channelhub.web.views import monitoring as views


class AlertQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts, the newest first."""

    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


async def page(request: web.Request) -> web.Response:
    query = read_query(request, AlertQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await monitoring.page(session, before=query.before, limit=query.limit)
    items = [views.alert(one) for one in found]
    return json_answer(views.AlertPage(items=items, next=items[-1].id if len(items) == query.limit else None))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/monitoring-alerts",
        handler=page,
        summary="What monitoring systems said: one item for each time that an alert fired",
        query=AlertQuery,
        answer=views.AlertPage,
        problems=(422,),
    ),
)
