"""Which other sites' pages may use the API from a browser (the Fetch standard's CORS protocol): those that are listed.

Such a page shows a token of its own. Cookies are never let through: `Access-Control-Allow-Credentials` is never sent.
"""

from collections.abc import MutableMapping, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from channelhub.web.routing import Handler

PREFIX = "/api/"
MAX_AGE_S = 600  # for how long a browser needn't ask again; after a change of the list it may go on for that long
TAKEN = "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"
SHOWN = "Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate"


class Cors:
    """The answers' headers for browsers, and the answers to what browsers ask beforehand."""

    def __init__(self, origins: Sequence[str]) -> None:
        self.allow(origins)

    def allow(self, origins: Sequence[str]) -> None:
        """These are listed from now on, and no others."""
        self._origins = frozenset(origins)

    def add(self, request: web.Request, headers: MutableMapping[str, str]) -> None:
        """Say on an answer of the API whether the page that asked may read it."""
        if not self._origins or not request.path.startswith(PREFIX):
            return
        vary = headers.get("Vary", "")
        headers["Vary"] = f"{vary}, Origin" if vary else "Origin"
        origin = request.headers.get("Origin", "")
        if origin in self._origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = SHOWN

    def middleware(self) -> Middleware:
        """Answers preflights of listed origins, before any token is asked for: a browser sends none with them."""

        @web.middleware
        async def answer_preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
            methods = self._asked_for(request)
            if not methods:
                return await handler(request)
            return web.Response(
                status=204,
                headers={
                    "Access-Control-Allow-Methods": ", ".join(methods),
                    "Access-Control-Allow-Headers": TAKEN,
                    "Access-Control-Max-Age": str(MAX_AGE_S),
                    "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
                },
            )

        return answer_preflight

    def _asked_for(self, request: web.Request) -> list[str]:
        """The methods of the address, where a preflight for one of them came from a listed origin."""
        refusal = request.match_info.http_exception  # no route takes OPTIONS, so the router refuses it with these
        if request.method != "OPTIONS" or not isinstance(refusal, web.HTTPMethodNotAllowed):
            return []
        is_listed = request.headers.get("Origin", "") in self._origins and request.path.startswith(PREFIX)
        wanted = request.headers.get("Access-Control-Request-Method", "")
        return sorted(refusal.allowed_methods) if is_listed and wanted in refusal.allowed_methods else []
