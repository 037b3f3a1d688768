"""The checks before every handler: whose request it is, and whether its role may do that."""

import contextlib
from dataclasses import dataclass

from aiohttp import web

from channelhub.web.auth import PRINCIPAL, SAFE_METHODS, Authenticator
from channelhub.web.forwarded import Proxies
from channelhub.web.idempotency import HEADER, Idempotency
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import ROUTE, Handler, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    authenticator: Authenticator
    proxies: Proxies
    idempotency: Idempotency


SECURITY = web.AppKey("security", Security)


def guarded(route: Route, security: Security) -> Handler:
    """The route's handler, behind the check of its roles."""

    async def handle(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = route
        if route.roles:
            principal = await security.authenticator.principal(request)
            if principal is None:
                raise security.authenticator.missing()
            if principal.role not in route.roles:
                raise Problem(Kind.FORBIDDEN, f"This needs one of the roles: {', '.join(sorted(route.roles))}.")
            request[PRINCIPAL] = principal
        elif route.is_page and request.method in SAFE_METHODS:
            with contextlib.suppress(Problem):  # a page for everybody greets those it knows
                known = await security.authenticator.principal(request)
                if known is not None:
                    request[PRINCIPAL] = known
        if route.takes_key and HEADER in request.headers:
            return await security.idempotency.once(request, route, request[PRINCIPAL])
        return await route.handler(request)

    return handle
