"""Turns whatever a handler raises into an answer: a problem document, or a page for people."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Middleware
from aiohttp.web_protocol import RequestPayloadError

from channelhub.pipeline.commands.acting import CommandRefused, Invalid, NotFound
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.web import problems
from channelhub.web.connection import BodyTooSlow
from channelhub.web.elsewhere import ELSEWHERE
from channelhub.web.pages.rendering import render
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import ROUTE, Handler


def middleware(log: Logger) -> Middleware:
    """The outermost handler. Nothing but an answer, a redirect or a lost connection leaves it."""

    @web.middleware
    async def answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            refuse_compressed(request)
            return await handler(request)
        except web.HTTPException as exc:
            if exc.status < 400:
                raise
            return problems.from_http(exc)
        except Exception as exc:
            if isinstance(exc, ConnectionError):
                raise
            problem, incident = explain(exc, request, log)
            if _is_for_people(request):
                return _page(problem, incident, request)
            return problems.response(problem, incident=incident)

    return answer_failures


def _is_for_people(request: web.Request) -> bool:
    route = request.get(ROUTE)
    return route is not None and route.is_page and "text/html" in request.headers.get("Accept", "")


def _page(problem: Problem, incident: str, request: web.Request) -> web.Response:
    """The problem as a page; without a session, the way in."""
    status = problem.kind.status
    if status == 401:
        then = request.path_qs if request.method in ("GET", "HEAD") else ""
        return render(
            request, "signin.html", status=status, headers=problem.headers, link="none", login="", then=then,
            is_wrong=False, elsewhere=request.app[ELSEWHERE].title,
        )  # fmt: skip
    return render(
        request,
        "problem.html",
        status=status,
        headers=problem.headers,
        slug=problem.kind.slug,
        detail=problem.detail,
        incident=incident,
    )


def refuse_compressed(request: web.Request) -> None:
    """Raises Problem for a body that would have to be unpacked: a small one could become a huge one."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", ""):
        raise Problem(
            Kind.MEDIA_TYPE, "Send the body without Content-Encoding.", headers={"Accept-Encoding": "identity"}
        )


def explain(exc: Exception, request: web.Request, log: Logger) -> tuple[Problem, str]:
    """The problem for an exception, and the id under which an unexpected one was logged."""
    if isinstance(exc, Problem):
        return exc, ""
    if isinstance(exc, NotCommitted):
        return problems.not_stored(exc), ""
    if isinstance(exc, CommandRefused):
        return Problem(_refusal(exc), f"{exc}."), ""
    if isinstance(exc, BodyTooSlow):
        return Problem(Kind.TIMEOUT, str(exc), closes=True), ""
    if isinstance(exc, RequestPayloadError | web.PayloadAccessError):
        return Problem(Kind.MALFORMED, "The body is cut off or its framing is broken.", closes=True), ""
    incident = secrets.token_hex(8)
    route = request.get(ROUTE)
    log.error("http.failed", incident=incident, route=route.path if route else "", exc_info=exc)
    return Problem(Kind.INTERNAL, "The defect was logged; the operator finds it by this incident's id."), incident


def _refusal(exc: CommandRefused) -> Kind:
    if isinstance(exc, NotFound):
        return Kind.NOT_FOUND
    return Kind.INVALID if isinstance(exc, Invalid) else Kind.CONFLICT
