"""The pages of reports."""

from aiohttp import web

from channelhub.web.bodies import read_query
from channelhub.web.pages.rendering import render
from channelhub.web.routes.reports import TOPICS, TopicsQuery, asked_precision
from channelhub.web.routing import Handler, Route
from channelhub.web.views import topics as topic_views


async def topics(request: web.Request) -> web.Response:
    query = read_query(request, TopicsQuery)
    report = topic_views.report(await request.app[TOPICS].report(weeks=query.weeks))
    return render(
        request, "topics.html", report=report, most=max((max(one.history) for one in report.topics), default=1)
    )


async def outages(request: web.Request) -> web.Response:
    return render(request, "precision.html", report=await asked_precision(request))


def _page(path: str, handler: Handler, summary: str) -> Route:
    return Route(method="GET", path=path, handler=handler, summary=summary, is_page=True, media_type="text/html")


ROUTES = (
    _page("/topics", topics, "What customers complain about most"),
    _page("/reports/outages", outages, "How often a suspected outage was one"),
)
