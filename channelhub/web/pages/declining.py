"""The page behind a notice's link: who follows it, and says so, gets no more notices.

Opening it changes nothing: mail scanners open links. Mail programs post to it by themselves (RFC 8058), from anywhere
and without a cookie; the signed token is all that is asked for.
"""

from aiohttp import web

from channelhub.domain.notices import OptOutMeans
from channelhub.domain.people import Identity
from channelhub.pipeline.commands import optouts as commands
from channelhub.rules.notices import optout
from channelhub.store import optouts, people
from channelhub.web.auth import PUBLIC
from channelhub.web.pages.rendering import render
from channelhub.web.pages.texts import LANGUAGES
from channelhub.web.parts import PARTS
from channelhub.web.routing import Handler, Route

CUSTOMER = "customer"


async def show(request: web.Request) -> web.Response:
    identity = await _identity(request)
    if identity is None:
        return _page(request, None)
    async with request.app[PARTS].store.readers.read() as session:
        is_done = bool(await optouts.declining(session, [identity.id]))
    return _page(request, identity, is_done=is_done)


async def decline(request: web.Request) -> web.Response:
    """Answers without a redirect (RFC 8058 §3.1); the body isn't looked at."""
    identity = await _identity(request)
    if identity is None:
        return _page(request, None)
    await commands.opt_out(request.app[PARTS].acting, CUSTOMER, identity.id, means=OptOutMeans.LINK)
    return _page(request, identity, is_done=True)


async def _identity(request: web.Request) -> Identity | None:
    """Whose link it is; None for one that we didn't sign."""
    parts = request.app[PARTS]
    identity_id = optout.read(request.match_info["token"], secret=parts.acting.book().secret)
    if identity_id is None:
        return None
    async with parts.store.readers.read() as session:
        return (await people.identities(session, [identity_id])).get(identity_id)


def _page(request: web.Request, identity: Identity | None, *, is_done: bool = False) -> web.Response:
    """The page in the language that the customer writes, else the browser's."""
    theirs = identity.language if identity is not None else ""
    return render(
        request,
        "declining.html",
        status=404 if identity is None else 200,
        spoken=theirs if theirs in LANGUAGES else "",
        is_known=identity is not None,
        is_done=is_done,
    )


def _open(method: str, handler: Handler, summary: str) -> Route:
    return Route(
        method=method, path="/unsubscribe/{token}", handler=handler, summary=summary, roles=PUBLIC, is_page=True,
        media_type="text/html",
    )  # fmt: skip


ROUTES = (
    _open("GET", show, "Ask whether to send no more notices"),
    _open("POST", decline, "Send no more notices"),
)
