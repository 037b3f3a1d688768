"""Signing in and out, the reader's language, and the pages' own files."""

import re
from urllib.parse import urlsplit

from aiohttp import web

from channelhub.web import signin
from channelhub.web.auth import PUBLIC, READ
from channelhub.web.door import DOOR, Shown
from channelhub.web.elsewhere import ELSEWHERE
from channelhub.web.forwarded import origin_block
from channelhub.web.pages.doing import read_form
from channelhub.web.pages.rendering import LANGUAGE_COOKIE, STATIC, render
from channelhub.web.pages.texts import LANGUAGES
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.stream import drop_ended
from channelhub.web.routing import Handler, Route
from channelhub.web.security import SECURITY

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_YEAR_S = 365 * 24 * 3600
MOST_LOGIN_CHARS = 64


async def show_signin(request: web.Request) -> web.Response:
    return _ask(request)


def _ask(
    request: web.Request, *, status: int = 200, link: str = "none", login: str = "", then: str = "",
    is_wrong: bool = False,
) -> web.Response:  # fmt: skip
    title = request.app[ELSEWHERE].title
    return render(
        request, "signin.html", status=status, link=link, login=login, then=then, is_wrong=is_wrong, elsewhere=title
    )


async def show_link(request: web.Request) -> web.Response:
    """Only asks: mail scanners open links, and a link that they used up would let nobody in."""
    parts = request.app[PARTS]
    usable = await signin.is_usable(parts.store, request.match_info["secret"], now=parts.acting.now())
    return _ask(request, status=200 if usable else 410, link="usable" if usable else "gone")


async def use_link(request: web.Request) -> web.StreamResponse:
    parts = request.app[PARTS]
    request.app[SECURITY].authenticator.refuse_cross_site(request)
    secret, browser = request.match_info["secret"], request.headers.get("User-Agent", "")
    cookie, user = await signin.use_link(parts.store, secret, name="page", browser=browser, now=parts.acting.now())
    if not cookie:
        return _ask(request, status=410, link="gone")
    return let_in(request, cookie, "/" if user is None or user.password else "/me")


async def use_password(request: web.Request) -> web.StreamResponse:
    """With a login and a password; with a token where the form holds one."""
    security = request.app[SECURITY]
    security.authenticator.refuse_cross_site(request)
    form = await read_form(request)
    then = form.get("then", "")
    if "token" in form:
        return let_in(request, await _session_of_token(request, form["token"]), then)
    login = form.get("login", "")[:MOST_LOGIN_CHARS]
    shown = Shown(
        login=login,
        password=form.get("password", ""),
        code=form.get("code", ""),
        origin=origin_block(security.proxies.peer_address(request)),
        browser=request.headers.get("User-Agent", ""),
    )
    cookie = await request.app[DOOR].enter(shown)
    if cookie is None:
        request.app[PARTS].log.info("signin.refused")
        return _ask(request, status=401, login=login, then=then, is_wrong=True)
    return let_in(request, cookie, then)


async def _session_of_token(request: web.Request, token: str) -> str:
    parts, authenticator = request.app[PARTS], request.app[SECURITY].authenticator
    principal = await authenticator.owner(request, f"Bearer {token}")
    if principal.role not in READ:
        raise Problem(Kind.FORBIDDEN, "This token only brings messages in.")
    if principal.scopes:
        raise Problem(Kind.FORBIDDEN, "This token has scopes; the pages need one that has a whole role.")
    return await signin.open_session(parts.store, principal, now=parts.acting.now())


async def leave(request: web.Request) -> web.StreamResponse:
    authenticator = request.app[SECURITY].authenticator
    authenticator.refuse_cross_site(request)
    cookie = request.cookies.get(authenticator.cookie_name)
    if cookie:
        await signin.sign_out(request.app[PARTS].store, cookie)
        await drop_ended(request.app)
    away = web.HTTPSeeOther("/signin")
    away.del_cookie(authenticator.cookie_name, path="/", secure=request.app[PARTS].is_https, httponly=True)
    return redirected(away)


async def choose_language(request: web.Request) -> web.StreamResponse:
    code = request.match_info["code"]
    if code not in LANGUAGES:
        raise Problem(Kind.NOT_FOUND, f"The pages speak {', '.join(LANGUAGES)}.")
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.host and came_from.path.startswith("/") and came_from.path[1:2] != "/"
    query = f"?{came_from.query}" if is_ours and came_from.query else ""
    back = web.HTTPSeeOther(f"{came_from.path}{query}" if is_ours else "/")
    back.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR_S, samesite="Lax", secure=request.app[PARTS].is_https)
    return redirected(back)


async def static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in STATIC:
        raise Problem(Kind.NOT_FOUND, "There is no such file.")
    return web.Response(
        body=STATIC[name],
        headers={
            "Content-Type": f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8",
            "Cache-Control": "public, max-age=31536000, immutable",  # the address carries the content's version
        },
    )


def let_in(request: web.Request, cookie: str, then: str = "/") -> web.Response:
    """To where they wanted, with the session's cookie; `then` leads to no other site, whatever it says."""
    is_ours = re.fullmatch(r"/(?![/\\])[\x21-\x7e]{0,500}", then) is not None
    inside = web.HTTPSeeOther(then if is_ours else "/")
    inside.set_cookie(
        request.app[SECURITY].authenticator.cookie_name,
        cookie,
        path="/",
        max_age=int(signin.SESSION_LIVES.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.app[PARTS].is_https,
    )
    return redirected(inside)


def redirected(there: web.HTTPSeeOther) -> web.Response:
    """The redirect as a plain answer, with its cookies."""
    answer = web.Response(status=there.status, headers={"Location": there.headers["Location"]})
    answer.cookies.update(there.cookies)
    return answer


def _open(method: str, path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method=method, path=path, handler=handler, summary=summary, roles=PUBLIC, is_page=True, media_type="text/html"
    )


ROUTES = (
    _open("GET", "/signin", show_signin, "Sign in"),
    _open("POST", "/signin", use_password, "Sign in"),
    _open("GET", "/signin/{secret}", show_link, "A sign-in link"),
    _open("POST", "/signin/{secret}", use_link, "Use a sign-in link"),
    _open("POST", "/signout", leave, "Sign out"),
    _open("GET", "/language/{code}", choose_language, "Choose the language of the pages"),
    _open("GET", "/static/{name}", static, "Style, script and icon"),
)
