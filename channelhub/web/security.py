"""The checks before every handler: whose request it is, and whether its role may do that."""

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import web

from channelhub.web.auth import PRINCIPAL, SAFE_METHODS, Authenticator, Principal
from channelhub.web.conditional import answer_if_new, require_match
from channelhub.web.forwarded import Proxies
from channelhub.web.idempotency import HEADER, Idempotency
from channelhub.web.listing import answer_list
from channelhub.web.problems import Kind, Problem
from channelhub.web.quotas import QUOTA, Quotas
from channelhub.web.routing import ROUTE, Handler, Route
from channelhub.web.scopes import Scope, scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    authenticator: Authenticator
    proxies: Proxies
    idempotency: Idempotency
    quotas: Quotas


SECURITY = web.AppKey("security", Security)


def guarded(route: Route, security: Security, *, reading: Route | None = None) -> Handler:
    """The route's handler, behind the check of its roles and its scope. `reading` answers the thing that it changes:
    with If-Match it must be as the client knows it."""
    scope = scope_of(route)
    is_list = route.is_list
    is_counted = not route.is_page and scope is not Scope.WRITE_MESSAGES

    async def handle(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = route
        if route.roles:
            principal = await security.authenticator.principal(request)
            if principal is None:
                raise security.authenticator.missing()
            if is_counted:
                _count(request, principal, security.quotas)
            if not principal.may(route.roles, scope):
                raise _forbidden(principal, route, scope)
            request[PRINCIPAL] = principal
        elif route.is_page and request.method in SAFE_METHODS:
            with contextlib.suppress(Problem):  # a page for everybody greets those it knows
                known = await security.authenticator.principal(request)
                if known is not None:
                    request[PRINCIPAL] = known
        if route.takes_key and HEADER in request.headers:
            return await security.idempotency.once(request, route, request[PRINCIPAL])
        if is_list:
            return await answer_list(request, route, security.authenticator.is_still_valid)
        if route.is_thing:
            return await answer_if_new(request, route.handler)
        if reading is not None:
            await require_match(request, reading.handler)
        return await route.handler(request)

    return handle


def _count(request: web.Request, principal: Principal, quotas: Quotas) -> None:
    """Take one request off what the token has left. Raises Problem (429) where nothing is left."""
    quota = quotas.take(principal.token_id, now_s=asyncio.get_running_loop().time())
    if quota is None:
        return
    request[QUOTA] = quota
    if quota.is_exceeded:
        raise Problem(
            Kind.TOO_MANY,
            f"This token may ask {quota.limit} times a minute; nothing was done.",
            headers={"Retry-After": str(quota.reset_s)},
        )


def _forbidden(principal: Principal, route: Route, scope: Scope | None) -> Problem:
    """The 403 that says what would be needed (RFC 6750, 3.1)."""
    if principal.role not in route.roles:
        return Problem(Kind.FORBIDDEN, f"This needs one of the roles: {', '.join(sorted(route.roles))}.")
    if scope is None:
        return Problem(Kind.FORBIDDEN, "No token with scopes may do this; it takes one that has a whole role.")
    return Problem(
        Kind.FORBIDDEN,
        f"This token lacks the scope {scope}.",
        headers={"WWW-Authenticate": f'Bearer realm="channelhub", error="insufficient_scope", scope="{scope}"'},
    )
