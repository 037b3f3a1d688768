"""Reports over weeks."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.topics import MOST_WEEKS, Topics
from channelhub.web.answers import json_answer
from channelhub.web.bodies import read_query
from channelhub.web.routing import Route
from channelhub.web.views import topics as topic_views

TOPICS = web.AppKey("topics", Topics)


class TopicsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """How far back."""

    weeks: Annotated[int, msgspec.Meta(ge=2, le=MOST_WEEKS, description="Weeks of history.")] = 5


async def topics(request: web.Request) -> web.Response:
    query = read_query(request, TopicsQuery)
    return json_answer(topic_views.report(await request.app[TOPICS].report(weeks=query.weeks)))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/reports/topics",
        handler=topics,
        summary="What customers complain about most, week by week",
        description="By different customers, three languages together, with the change against the weeks before.",
        query=TopicsQuery,
        answer=topic_views.TopicsView,
        problems=(422,),
    ),
)
