"""Reports over weeks."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from channelhub.domain.times import to_us
from channelhub.pipeline.topics import MOST_WEEKS, Topics
from channelhub.rules.outage.precision import Unit, beginning
from channelhub.store import outage_precision
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import read_query
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route
from channelhub.web.views import precision as precision_views
from channelhub.web.views import topics as topic_views

MOST_PERIODS = 104
TOPICS = web.AppKey("topics", Topics)


class TopicsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """How far back."""

    weeks: Annotated[int, msgspec.Meta(ge=2, le=MOST_WEEKS, description="Weeks of history.")] = 5


class PrecisionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """How far back, and by what."""

    weeks: Annotated[int, msgspec.Meta(ge=1, le=MOST_PERIODS, description="Weeks, or months with by=month.")] = 12
    by: Literal["week", "month"] = "week"


async def topics(request: web.Request) -> web.Response:
    query = read_query(request, TopicsQuery)
    return json_answer(topic_views.report(await request.app[TOPICS].report(weeks=query.weeks)))


async def outages(request: web.Request) -> web.Response:
    return json_answer(await asked_precision(request))


async def asked_precision(request: web.Request) -> precision_views.PrecisionView:
    """For the API and the page. Raises Problem (422)."""
    query = read_query(request, PrecisionQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        return await precision(session, parts.acting.now(), unit=Unit(query.by), periods=query.weeks)


async def precision(session: Session, now: datetime, *, unit: Unit, periods: int) -> precision_views.PrecisionView:
    """What became of the outages of the last weeks or months."""
    since_us = to_us(beginning(now, unit=unit, periods=periods))
    raised = await outage_precision.raised_since(session, since_us)
    return precision_views.precision(raised, now, unit=unit, periods=periods)


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
    Route(
        method="GET",
        path="/api/v1/reports/outages",
        handler=outages,
        summary="How often a suspected outage was one, and how early it was suspected",
        description="By week or month, from what people confirmed and dismissed.",
        query=PrecisionQuery,
        answer=precision_views.PrecisionView,
        problems=(422,),
    ),
)
