"""What each type of problem means and what to do: the pages that the types of problem documents lead to."""

from aiohttp import web

from channelhub.web.auth import PUBLIC
from channelhub.web.pages.rendering import render
from channelhub.web.problems import TYPE_PREFIX, Kind, Problem
from channelhub.web.routing import Handler, Route

KINDS = {kind.slug: kind for kind in Kind}


async def one(request: web.Request) -> web.Response:
    kind = KINDS.get(request.match_info["slug"])
    if kind is None:
        raise Problem(Kind.NOT_FOUND, "No problem of this hub has this type.")
    return render(request, "problem_type.html", kind=kind)


async def every(request: web.Request) -> web.Response:
    return render(request, "problem_types.html", kinds=list(Kind))


def _page(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=PUBLIC, is_page=True, media_type="text/html"
    )


ROUTES = (
    _page(TYPE_PREFIX.rstrip("/"), every, "The types of problems"),
    _page(TYPE_PREFIX + "{slug}", one, "What a type of problem means, and what to do"),
)
