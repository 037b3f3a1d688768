"""Tokens: made, listed, ended."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import tokens as commands
from channelhub.store import tokens as token_store
from channelhub.web import tokens
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL, Role
from channelhub.web.bodies import path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.hub import AfterQuery
from channelhub.web.routes.stream import drop_ended
from channelhub.web.routing import Handler, Route
from channelhub.web.scopes import BUNDLES, Scope, least_role
from channelhub.web.views import tokens as views


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make: with a role, with scopes, or with scopes of a role. Only the role ingest is tied to an account;
    without one it serves every account.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, description="Who will use it.")]
    role: Annotated[
        Role | None, msgspec.Meta(description="May be left out where scopes are given: then the least that has them.")
    ] = None
    scopes: Annotated[
        list[Scope], msgspec.Meta(max_length=len(Scope), description="What it may do of that; none: all of the role.")
    ] = []
    account: Annotated[str, msgspec.Meta(max_length=64)] = ""
    expires_at: Annotated[
        Annotated[datetime, msgspec.Meta(tz=True)] | None, msgspec.Meta(description="When it ends; null: never.")
    ] = None


class TokenMade(msgspec.Struct, frozen=True, kw_only=True):
    """The token is shown this once."""

    id: str
    token: str


async def make(request: web.Request) -> web.Response:
    return json_answer(await add(request, await read_json(request, TokenRequest)), status=201)


async def add(request: web.Request, body: TokenRequest) -> TokenMade:
    """Make a token. Raises Problem where what it shall be makes no sense."""
    parts, token = request.app[PARTS], tokens.mint()
    now, role = parts.acting.now(), role_of(body)
    if body.expires_at is not None and body.expires_at <= now:
        raise _invalid("expires_at", "must be in the future")
    if body.account and parts.account(body.account) is None:
        raise Problem(Kind.UNKNOWN_ACCOUNT, f"No account is named {body.account!r} in the configuration.")
    actor = request[PRINCIPAL].actor
    token_id = await parts.store.writer.command(
        lambda session: commands.make(
            session,
            actor,
            name=body.name,
            role=role,
            scopes=body.scopes,
            account=body.account,
            digest=tokens.digest(token),
            at=now,
            expires_at=body.expires_at,
        )
    )
    return TokenMade(id=str(token_id), token=token)


def role_of(body: TokenRequest) -> Role:
    """The role that the token gets. Raises Problem where role, scopes and account don't go together."""
    if body.role is None and not body.scopes:
        raise _invalid("role", "a token needs a role or scopes")
    role = body.role or least_role(body.scopes)
    beyond = sorted(set(body.scopes) - BUNDLES[role])
    if beyond:
        raise _invalid("scopes", f"the role {role} has nothing of {', '.join(beyond)}")
    if body.account and role is not Role.INGEST:
        raise _invalid("account", "only a token of the role ingest is tied to an account")
    return role


async def listed(request: web.Request) -> web.Response:
    query = read_query(request, AfterQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await token_store.page(session, after=query.after, limit=query.limit)
    return json_answer(views.page(found, limit=query.limit))


async def revoke(request: web.Request) -> web.Response:
    await end(request, path_id(request))
    return web.Response(status=204)


async def end(request: web.Request, token_id: int) -> None:
    """End a live token. Raises Problem (404)."""
    parts = request.app[PARTS]
    now, actor = parts.acting.now(), request[PRINCIPAL].actor
    if not await parts.store.writer.command(lambda session: commands.revoke(session, actor, token_id, at=now)):
        raise Problem(Kind.NOT_FOUND, "No live token has this id.")
    await drop_ended(request.app)


def _invalid(field: str, detail: str) -> Problem:
    return Problem(Kind.INVALID, f"{field}: {detail}", errors={field: detail})


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1/tokens{path}", handler=handler, summary=summary, roles=ADMIN, **more)


ROUTES = (
    _route(
        "POST",
        "",
        make,
        "Make a token",
        body=TokenRequest,
        answer=TokenMade,
        is_answer_secret=True,
        status=201,
        problems=(400, 404, 409, 415, 422, 503),
    ),
    _route(
        "GET",
        "",
        listed,
        "The tokens, without themselves",
        query=AfterQuery,
        answer=views.TokenPage,
        problems=(422,),
    ),
    _route(
        "DELETE",
        "/{id}",
        revoke,
        "End a token, within a second",
        status=204,
        problems=(404, 503),
    ),
)
