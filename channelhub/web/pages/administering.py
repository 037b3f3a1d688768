"""What administrators see: people who sign in, tokens, and what the hub runs with."""

from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from channelhub.store import tokens as token_store
from channelhub.store import users
from channelhub.web.auth import ADMIN, Role
from channelhub.web.bodies import path_id
from channelhub.web.pages.doing import Form, read_form
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes import tokens as token_routes
from channelhub.web.routes.tokens import TokenRequest
from channelhub.web.routes.users import UserChange, UserRequest, add, alter, clear, invite, person
from channelhub.web.routing import Handler, Route
from channelhub.web.views import settings as setting_views
from channelhub.web.views import tokens as token_views

SHOWN = 200
PERSONS_ROLES = tuple(role.value for role in Role if role is not Role.INGEST)


async def people(request: web.Request) -> web.Response:
    return await _people(request)


async def add_person(request: web.Request) -> web.StreamResponse:
    """Make them and show the link that lets them in."""
    form = await read_form(request)
    given = {"login": form.get("login", "").strip(), "name": form.get("name", ""), "role": form.get("role", "")}
    made = await add(request, _checked(given, UserRequest))
    return await _people(request, link=await invite(request, made.id), login=made.login)


async def change_person(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    given: dict[str, Any] = {name: form[name] for name in ("name", "role") if name in form}
    if "disabled" in form:
        given["is_disabled"] = form["disabled"] == "yes"
    if form.get("version", "").isdigit():
        given["version"] = int(form["version"][:18])
    await alter(request, path_id(request), _checked(given, UserChange))
    raise web.HTTPSeeOther("/users")


async def invite_person(request: web.Request) -> web.StreamResponse:
    user = await person(request, path_id(request))
    return await _people(request, link=await invite(request, user.id), login=user.login)


async def reset_person(request: web.Request) -> web.StreamResponse:
    user = await clear(request, path_id(request))
    return await _people(request, link=await invite(request, user.id), login=user.login)


async def _people(request: web.Request, *, link: str = "", login: str = "") -> web.Response:
    """A link is shown this once."""
    after = request.query.get("after", "0")
    start = int(after) if after.isascii() and after.isdigit() and len(after) <= 18 else 0
    async with request.app[PARTS].store.readers.read() as session:
        found = await users.page(session, after=start, limit=SHOWN)
    return render(
        request,
        "users.html",
        people=found,
        next=found[-1].id if len(found) == SHOWN else None,
        roles=PERSONS_ROLES,
        link=link,
        login=login,
    )


async def tokens(request: web.Request) -> web.Response:
    return await _tokens(request)


async def make_token(request: web.Request) -> web.StreamResponse:
    form, parts = await read_form(request), request.app[PARTS]
    given: dict[str, Any] = {
        "name": form.get("name", "").strip(), "role": form.get("role", ""), "account": form.get("account", ""),
    }  # fmt: skip
    days = form.get("days", "").strip()
    if days:
        if not (days.isascii() and days.isdigit() and 0 < int(days[:5]) <= 3650):
            raise Problem(Kind.INVALID, "days: expected 1 to 3650", errors={"days": "expected 1 to 3650"})
        given["expires_at"] = (parts.acting.now() + timedelta(days=int(days))).isoformat()
    made = await token_routes.add(request, _checked(given, TokenRequest))
    return await _tokens(request, made=made.token)


async def revoke_token(request: web.Request) -> web.StreamResponse:
    await token_routes.end(request, path_id(request))
    raise web.HTTPSeeOther("/tokens")


async def _tokens(request: web.Request, *, made: str = "") -> web.Response:
    """A token that was just made is shown this once."""
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        live = await token_store.live(session, limit=SHOWN)
    return render(
        request,
        "token_keeping.html",
        tokens=[token_views.token(one) for one in live],
        roles=[role.value for role in Role],
        accounts=[one.name for one in parts.accounts()],
        now=parts.acting.now(),
        made=made,
    )


async def settings(request: web.Request) -> web.Response:
    return render(request, "settings.html", sections=setting_views.sections(request.app[PARTS].settings()))


def _checked(given: Form | dict[str, Any], kind: type[Any]) -> Any:
    """A form's fields as the API checks them. Raises Problem (422)."""
    try:
        return msgspec.convert(given, kind, strict=True)
    except msgspec.ValidationError as exc:
        raise Problem(Kind.INVALID, str(exc)) from exc


def _route(method: str, path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method=method, path=path, handler=handler, summary=summary, roles=ADMIN, is_page=True, media_type="text/html"
    )


ROUTES = (
    _route("GET", "/users", people, "People who sign in"),
    _route("POST", "/users", add_person, "Let a person in"),
    _route("POST", "/users/{id}", change_person, "Change a person"),
    _route("POST", "/users/{id}/sign-in-link", invite_person, "Make a link for a person"),
    _route("POST", "/users/{id}/reset", reset_person, "Take a person's password and codes away"),
    _route("GET", "/tokens", tokens, "Tokens of the API"),
    _route("POST", "/tokens", make_token, "Make a token"),
    _route("POST", "/tokens/{id}/revoke", revoke_token, "End a token"),
    _route("GET", "/settings", settings, "What the hub runs with"),
)
