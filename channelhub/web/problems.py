"""Every refusal as an RFC 9457 problem document: a stable type, a title, and what to do about it."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec
from aiohttp import web

from channelhub.sdk.errors import NotCommitted

TYPE_PREFIX = "/problems/"  # relative to the hub (RFC 9457, 3.1.1): each type is the address of a page there
MEDIA_TYPE = "application/problem+json"


class Kind(Enum):
    """The problem types. Names and statuses are part of the API: they never change their meaning."""

    MALFORMED = ("malformed", 400, "The request can't be read")
    UNAUTHORIZED = ("unauthorized", 401, "A valid token is needed")
    TOKEN_EXPIRED = ("token-expired", 401, "The token's time is over")
    FORBIDDEN = ("forbidden", 403, "This token may not do that")
    CROSS_SITE = ("cross-site", 403, "The request came from another site")
    NOT_FOUND = ("not-found", 404, "There is no such thing here")
    UNKNOWN_ACCOUNT = ("unknown-account", 404, "There is no such account")
    METHOD = ("method-not-allowed", 405, "This address takes other methods")
    TIMEOUT = ("request-timeout", 408, "The request came too slowly")
    CONFLICT = ("conflict", 409, "It has changed, or its state does not allow this")
    GONE = ("gone", 410, "This is used up")
    PRECONDITION_FAILED = ("precondition-failed", 412, "It is not what the request expects")
    TOO_LARGE = ("too-large", 413, "The request is too large")
    MEDIA_TYPE = ("unsupported-media-type", 415, "This media type is not taken here")
    INVALID = ("invalid", 422, "A field is wrong")
    TOO_MANY = ("too-many-requests", 429, "Too many requests")
    HEADERS_TOO_LARGE = ("headers-too-large", 431, "The request's headers are too large")
    OTHER = ("refused", 400, "The request is refused")
    INTERNAL = ("internal", 500, "A defect of this server")
    UNAVAILABLE = ("unavailable", 503, "Not now; try again")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title


class Problem(Exception):
    """A refusal, raised anywhere below a handler. `errors` names each faulty field."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        closes: bool = False,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})
        self.closes = closes  # the rest of the request is not worth reading


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `errors` names each faulty field, `incident` is an id to look up in the server's log."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: dict[str, str] = {}
    incident: str = ""


def document(problem: Problem) -> ProblemDocument:
    """The document of a problem that stands inside another answer."""
    return _document(problem.kind, problem.kind.status, problem.detail, problem.errors, "")


def response(problem: Problem, *, incident: str = "") -> web.Response:
    """The answer for a problem."""
    kind = problem.kind
    return _answer(kind, kind.status, problem.detail, problem.errors, problem.headers, problem.closes, incident)


def not_stored(exc: NotCommitted) -> Problem:
    """What is told where nothing was stored: come again."""
    retry_after = {"Retry-After": str(max(1, round(exc.retry_after_s)))}
    return Problem(Kind.UNAVAILABLE, f"Nothing was stored: {exc}.", headers=retry_after)


def from_http(exc: web.HTTPException) -> web.Response:
    """The answer for what the HTTP library itself refused, keeping its status and the headers that matter."""
    by_status: dict[int, Kind] = {
        404: Kind.NOT_FOUND,
        405: Kind.METHOD,
        408: Kind.TIMEOUT,
        413: Kind.TOO_LARGE,
        415: Kind.MEDIA_TYPE,
        422: Kind.INVALID,
        429: Kind.TOO_MANY,
        431: Kind.HEADERS_TOO_LARGE,
    }
    kind = by_status.get(exc.status, Kind.OTHER if exc.status < 500 else Kind.UNAVAILABLE)
    kept = {name: exc.headers[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in exc.headers}
    return _answer(kind, exc.status, _detail(exc), {}, kept, exc.status == 413, "")


def _detail(exc: web.HTTPException) -> str:
    if isinstance(exc, web.HTTPMethodNotAllowed):
        return f"{exc.method} is not taken here; these are: {', '.join(sorted(exc.allowed_methods))}."
    if exc.status == 404:
        return "No page or route has this address."
    return exc.reason


def _answer(
    kind: Kind,
    status: int,
    detail: str,
    errors: dict[str, str],
    headers: Mapping[str, Any],
    closes: bool,
    incident: str,
) -> web.Response:
    said = _document(kind, status, detail, errors, incident)
    answer = web.Response(body=msgspec.json.encode(said), status=status, content_type=MEDIA_TYPE, headers=dict(headers))
    if closes:
        answer.force_close()
    return answer


def _document(kind: Kind, status: int, detail: str, errors: dict[str, str], incident: str) -> ProblemDocument:
    return ProblemDocument(
        type=TYPE_PREFIX + kind.slug,
        title=kind.title,
        status=status,
        detail=detail.encode("utf-8", "backslashreplace").decode(),
        errors=errors,
        incident=incident,
    )
