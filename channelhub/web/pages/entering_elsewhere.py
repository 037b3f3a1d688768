"""Signing in with an account of another server: there, back, and connecting one with a login here."""

import secrets

from aiohttp import web

from channelhub.pipeline.commands import user_subjects as commands
from channelhub.rules.id_tokens import Claims
from channelhub.rules.oidc_visits import LIVES_S, Visit, packed, unpacked
from channelhub.store import users
from channelhub.store.database import Session
from channelhub.web import signin, tokens
from channelhub.web.auth import PRINCIPAL, PUBLIC, READ
from channelhub.web.elsewhere import ELSEWHERE
from channelhub.web.pages.entering import let_in, redirected
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route

COOKIE = "channelhub_visit"


async def begin(request: web.Request) -> web.StreamResponse:
    return await _send(request, then=request.query.get("then", ""))


async def connect(request: web.Request) -> web.StreamResponse:
    """There and back for somebody who is in: the account becomes theirs."""
    user_id = request[PRINCIPAL].user_id
    if not user_id:
        raise Problem(Kind.CONFLICT, "Nobody by name signed in: there is no login to connect an account with.")
    return await _send(request, then="/me", connects=user_id)


async def _send(request: web.Request, *, then: str, connects: int = 0) -> web.StreamResponse:
    address, visit = await request.app[ELSEWHERE].begin(then=then, connects=connects)
    away = web.HTTPSeeOther(address)
    away.set_cookie(
        _cookie(request), packed(visit, key=request.app[PARTS].acting.book().secret), max_age=LIVES_S, path="/",
        httponly=True, samesite="Lax", secure=request.app[PARTS].is_https,
    )  # fmt: skip
    return redirected(away)


async def come_back(request: web.Request) -> web.StreamResponse:
    """With a code, or with what went wrong there (OpenID Connect Core 1.0, 3.1.2.5 and 3.1.2.6)."""
    parts, elsewhere = request.app[PARTS], request.app[ELSEWHERE]
    visit = unpacked(
        request.cookies.get(_cookie(request), ""),
        key=parts.acting.book().secret,
        state=request.query.get("state", ""),
        now_s=parts.acting.now().timestamp(),
    )
    if visit is None:
        raise Problem(
            Kind.FORBIDDEN, "This way of signing in wasn't begun in this browser, or ten minutes ago. Begin anew."
        )
    code = request.query.get("code", "")
    if not code or len(code) > 4096:
        raise Problem(Kind.FORBIDDEN, f"{elsewhere.title} let nobody in.")
    claims = await elsewhere.claims(code, visit)
    answer = await (_connected(request, visit, claims) if visit.connects else _entered(request, visit, claims))
    answer.del_cookie(_cookie(request), path="/", secure=parts.is_https, httponly=True)
    return answer


async def _entered(request: web.Request, visit: Visit, claims: Claims) -> web.Response:
    parts, new_role = request.app[PARTS], request.app[ELSEWHERE].settings.new_role
    cookie, now, browser = secrets.token_urlsafe(32), parts.acting.now(), request.headers.get("User-Agent", "")
    digest = tokens.digest(cookie)

    async def write(session: Session) -> bool:
        user_id = await commands.person_of(session, claims, new_role=new_role, at=now)
        user = None if user_id is None else await users.get(session, user_id)
        if user is None or user.is_disabled:
            return False
        await signin.open_for(session, user, digest, browser=browser, now=now)
        return True

    if not await parts.store.writer.command(write):
        raise Problem(
            Kind.FORBIDDEN,
            "No login here is connected with that account. Sign in another way and connect it on your own account's "
            "page, or ask an administrator.",
        )
    return let_in(request, cookie, visit.then)


async def _connected(request: web.Request, visit: Visit, claims: Claims) -> web.Response:
    principal, parts = request.get(PRINCIPAL), request.app[PARTS]
    if principal is None or principal.user_id != visit.connects:
        raise Problem(Kind.FORBIDDEN, "Somebody else is signed in here than when this began.")
    now, actor = parts.acting.now(), principal.actor
    if not await parts.store.writer.command(
        lambda session: commands.connect(session, actor, claims, visit.connects, at=now)
    ):
        raise Problem(Kind.CONFLICT, "That account is connected with a login already.")
    return redirected(web.HTTPSeeOther("/me"))


def _cookie(request: web.Request) -> str:
    """A name that no other host of the domain can set, where there is https."""
    return f"__Host-{COOKIE}" if request.app[PARTS].is_https else COOKIE


def _route(path: str, handler: Handler, summary: str, *, is_open: bool = True) -> Route:
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=PUBLIC if is_open else READ, is_page=True,
        media_type="text/html",
    )  # fmt: skip


ROUTES = (
    _route("/signin-elsewhere", begin, "Sign in at another server"),
    _route("/signin-elsewhere/done", come_back, "Back from another server"),
    _route("/me/elsewhere", connect, "Connect an account of another server", is_open=False),
)
