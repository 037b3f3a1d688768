"""The page behind a notice's link: who follows it, and says so, gets no more notices.

Opening it changes nothing: mail scanners open links. Mail programs post to it by themselves (RFC 8058), from anywhere
and without a cookie; the signed token is all that is asked for.
"""

from aiohttp import web

from channelhub.domain.notices import OptOutMeans
from channelhub.pipeline.commands import optouts as commands
from channelhub.pipeline.commands.acting import NotFound
from channelhub.rules.notices import optout
from channelhub.store import optouts
from channelhub.web.auth import PUBLIC
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routing import Handler, Route

CUSTOMER = "customer"


async def show(request: web.Request) -> web.Response:
    identity_id = _identity(request)
    if identity_id is None:
        return _unknown(request)
    async with request.app[PARTS].store.readers.read() as session:
        is_done = bool(await optouts.declining(session, [identity_id]))
    return render(request, "declining.html", is_known=True, is_done=is_done)


async def decline(request: web.Request) -> web.Response:
    """Answers without a redirect (RFC 8058 §3.1); the body isn't looked at."""
    identity_id = _identity(request)
    if identity_id is None:
        return _unknown(request)
    try:
        await commands.opt_out(request.app[PARTS].acting, CUSTOMER, identity_id, means=OptOutMeans.LINK)
    except NotFound:
        return _unknown(request)
    return render(request, "declining.html", is_known=True, is_done=True)


def _identity(request: web.Request) -> int | None:
    return optout.read(request.match_info["token"], secret=request.app[PARTS].acting.book().secret)


def _unknown(request: web.Request) -> web.Response:
    return render(request, "declining.html", status=404, is_known=False, is_done=False)


def _open(method: str, handler: Handler, summary: str) -> Route:
    return Route(
        method=method, path="/unsubscribe/{token}", handler=handler, summary=summary, roles=PUBLIC, is_page=True,
        media_type="text/html",
    )  # fmt: skip


ROUTES = (
    _open("GET", show, "Ask whether to send no more notices"),
    _open("POST", decline, "Send no more notices"),
)
