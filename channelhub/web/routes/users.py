"""People who sign in: made, listed, changed, let in anew; and who asks."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import users as commands
from channelhub.rules.credentials import LOGIN_PATTERN, LOGIN_SAID, WEAKNESSES, weakness
from channelhub.store import users
from channelhub.store.users import User
from channelhub.web import signin, tokens
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, ANYBODY_KNOWN, PRINCIPAL
from channelhub.web.bodies import path_id, read_json, read_query
from channelhub.web.conditional import MATCHED_VERSION
from channelhub.web.door import DOOR
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.hub import AfterQuery, SigninLink
from channelhub.web.routes.stream import drop_ended
from channelhub.web.routing import Handler, Route
from channelhub.web.views import users as views

PersonsRole = Literal["reader", "agent", "lead", "admin"]
_Name = Annotated[str, msgspec.Meta(max_length=100)]


class UserRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to let in. Without a password only a sign-in link lets them in, and they choose one then."""

    login: Annotated[str, msgspec.Meta(pattern=LOGIN_PATTERN, description=f"{LOGIN_SAID}. It never changes.")]
    name: Annotated[_Name, msgspec.Meta(description="As colleagues call them; empty: the login.")] = ""
    role: PersonsRole = "agent"
    password: Annotated[str, msgspec.Meta(max_length=400, description="At least 12 characters; empty: none.")] = ""


class UserChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a person; what isn't said stays."""

    name: _Name | msgspec.UnsetType = msgspec.UNSET
    role: PersonsRole | msgspec.UnsetType = msgspec.UNSET
    is_disabled: Annotated[
        bool | msgspec.UnsetType, msgspec.Meta(description="true: they may not sign in, and are out at once.")
    ] = msgspec.UNSET
    version: Annotated[
        int | msgspec.UnsetType, msgspec.Meta(description="As it was read: a change since then is a 409.")
    ] = msgspec.UNSET


class UserQuery(AfterQuery, frozen=True, kw_only=True):
    """Which people, the oldest first."""

    login: Annotated[str, msgspec.Meta(max_length=64, description="Only the one with this login.")] = ""


async def make(request: web.Request) -> web.Response:
    made = await add(request, await read_json(request, UserRequest))
    return json_answer(views.user(made), status=201)


async def add(request: web.Request, body: UserRequest) -> User:
    """Keep a new person. Raises Problem where the login is taken or the password too weak."""
    fault = weakness(body.password, login=body.login) if body.password else None
    if fault is not None:
        raise Problem(Kind.INVALID, f"password: {WEAKNESSES[fault]}", errors={"password": WEAKNESSES[fault]})
    kept = await request.app[DOOR].passwords.hashed(body.password) if body.password else ""
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now, name = parts.acting.now(), body.name.strip() or body.login
    user_id = await parts.store.writer.command(
        lambda session: commands.make(
            session, actor, login=body.login, name=name, role=body.role, password=kept, at=now
        )
    )
    if user_id is None:
        raise Problem(Kind.CONFLICT, f"There is a person with the login {body.login} already.")
    return await person(request, user_id)


async def person(request: web.Request, user_id: int) -> User:
    """Raises Problem (404)."""
    async with request.app[PARTS].store.readers.read() as session:
        found = await users.get(session, user_id)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "Nobody has this id.")
    return found


async def listed(request: web.Request) -> web.Response:
    query = read_query(request, UserQuery)
    async with request.app[PARTS].store.readers.read() as session:
        if query.login:
            one = await users.by_login(session, query.login)
            return json_answer(views.UserPage(items=[views.user(one)] if one else [], next=None))
        found = await users.page(session, after=query.after, limit=query.limit)
    return json_answer(views.page(found, limit=query.limit))


async def get(request: web.Request) -> web.Response:
    return json_answer(views.user(await person(request, path_id(request))))


async def change(request: web.Request) -> web.Response:
    user_id, body = path_id(request), await read_json(request, UserChange)
    return json_answer(views.user(await alter(request, user_id, body)))


async def alter(request: web.Request, user_id: int, body: UserChange) -> User:
    """Change a person. Raises Problem where that takes the caller's own rights, or somebody was quicker."""
    known = await person(request, user_id)
    version = request.get(MATCHED_VERSION) if body.version is msgspec.UNSET else body.version
    if version is not None and version != known.version:
        raise Problem(Kind.CONFLICT, "They have changed since; read them again.")
    name = known.name if body.name is msgspec.UNSET else body.name.strip() or known.login
    role = known.role if body.role is msgspec.UNSET else body.role
    is_disabled = known.is_disabled if body.is_disabled is msgspec.UNSET else body.is_disabled
    if user_id == request[PRINCIPAL].user_id and (role != known.role or is_disabled):
        raise Problem(Kind.CONFLICT, "Nobody takes their own rights away: another administrator does.")
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now = parts.acting.now()
    if not await parts.store.writer.command(
        lambda session: commands.change(session, actor, known, name=name, role=role, is_disabled=is_disabled, at=now)
    ):
        raise Problem(Kind.CONFLICT, "They have changed since; read them again.")
    await drop_ended(request.app)
    return await person(request, user_id)


async def make_link(request: web.Request) -> web.Response:
    return json_answer(SigninLink(url=await invite(request, path_id(request))), status=201)


async def invite(request: web.Request, user_id: int) -> str:
    """The address of a new link that signs a person in once, within a day. Raises Problem (404, 409)."""
    user = await person(request, user_id)
    if user.is_disabled:
        raise Problem(Kind.CONFLICT, "They are disabled: no link would let them in.")
    parts, actor, secret = request.app[PARTS], request[PRINCIPAL].actor, secrets.token_urlsafe(32)
    now = parts.acting.now()
    until = now + signin.INVITATION_LIVES
    await parts.store.writer.command(
        lambda session: commands.invite(session, actor, user, digest=tokens.digest(secret), at=now, expires_at=until)
    )
    return f"{parts.public_url.rstrip('/')}/signin/{secret}"


async def reset(request: web.Request) -> web.Response:
    return json_answer(views.user(await clear(request, path_id(request))))


async def clear(request: web.Request, user_id: int) -> User:
    """Take a person's password, codes and sessions away. Raises Problem (404)."""
    await person(request, user_id)
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now = parts.acting.now()
    await parts.store.writer.command(lambda session: commands.reset(session, actor, user_id, at=now))
    await drop_ended(request.app)
    return await person(request, user_id)


async def who_asks(request: web.Request) -> web.Response:
    principal = request[PRINCIPAL]
    own = await person(request, principal.user_id) if principal.user_id else None
    return json_answer(views.me(principal, own))


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1/users{path}", handler=handler, summary=summary, roles=ADMIN, **more)


ROUTES = (
    _route(
        "POST", "", make, "Let a person sign in",
        body=UserRequest, answer=views.UserView, status=201, problems=(400, 409, 415, 422, 503),
    ),
    _route("GET", "", listed, "People who sign in", query=UserQuery, answer=views.UserPage, problems=(422,)),
    _route("GET", "/{id}", get, "A person who signs in", answer=views.UserView, problems=(404,)),
    _route(
        "PATCH", "/{id}", change, "Change a person's name or role, disable or enable them",
        body=UserChange, answer=views.UserView, problems=(400, 404, 409, 415, 422, 503),
    ),
    _route(
        "POST", "/{id}/sign-in-link", make_link, "Make a link that signs a person in once, within a day",
        answer=SigninLink, is_answer_secret=True, status=201, problems=(404, 409, 503),
    ),
    _route(
        "POST", "/{id}/reset", reset, "Take a person's password, one-time codes and sessions away",
        answer=views.UserView, problems=(404, 503),
    ),
    Route(
        method="GET", path="/api/v1/me", handler=who_asks, summary="Who asks, and what they may do",
        roles=ANYBODY_KNOWN, answer=views.MeView,
    ),
)  # fmt: skip
