"""The hub itself: its accounts, what could not be read, sending after a restore, tokens."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.pipeline.commands import hub as commands
from channelhub.store import hub as facts
from channelhub.store import parking
from channelhub.store import tokens as token_store
from channelhub.store.tokens import Token
from channelhub.web import signin, tokens
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL, Role
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.security import SECURITY
from channelhub.web.views import messages as views


class CompletenessView(msgspec.Struct, frozen=True, kw_only=True):
    """What the last comparison found: of the `listed` messages at the channel `gap` are not held. A repaired gap stays
    as `last_gap`. `note` says what couldn't be compared.
    """

    listed: int
    gap: int
    at: datetime
    last_gap: int
    last_gap_at: datetime | None
    note: str


class ConnectorView(msgspec.Struct, frozen=True, kw_only=True):
    """An account and how it is doing; `detail` says what is wrong and how to mend it."""

    name: str
    kind: str
    title: str
    state: str
    detail: str
    since: datetime
    last_received: datetime | None
    completeness: CompletenessView | None


class ConnectorList(msgspec.Struct, frozen=True, kw_only=True):
    """Every configured account. `sending_paused`: nothing goes out until sending is resumed."""

    items: list[ConnectorView]
    sending_paused: bool


class AfterQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list, oldest first."""

    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 100


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages were waiting."""

    waiting: int


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make. Only the role ingest is tied to an account; without one it serves every account."""

    role: Role
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, description="Who will use it.")]
    account: Annotated[str, msgspec.Meta(max_length=64)] = ""


class TokenMade(msgspec.Struct, frozen=True, kw_only=True):
    """The token is shown this once."""

    id: str
    token: str


class SigninLinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who shall sign in with the link."""

    role: Literal["agent", "admin"] = "agent"


class SigninLink(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in link for the pages: good for one use within 15 minutes."""

    url: str


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token; the token itself isn't kept."""

    id: str
    name: str
    role: str
    account: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokenPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null at the end."""

    items: list[TokenView]
    next: str | None


async def connectors(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        is_paused = await facts.fact(session, facts.SENDING_PAUSED) is not None
    items = [
        ConnectorView(
            name=one.name,
            kind=one.kind,
            title=one.title,
            state=one.state,
            detail=one.detail,
            since=one.since,
            last_received=one.last_received,
            completeness=msgspec.convert(one.comparison, CompletenessView, from_attributes=True)
            if one.comparison
            else None,
        )
        for one in parts.accounts()
    ]
    return json_answer(ConnectorList(items=items, sending_paused=is_paused))


async def parked_page(request: web.Request) -> web.Response:
    query = read_query(request, AfterQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await parking.page(session, after=query.after // MESSAGES_PER_DELIVERY, limit=query.limit)
    items = [views.parked(one) for one in found]
    return json_answer(views.ParkedPage(items=items, next=items[-1].id if len(items) == query.limit else None))


async def parked_one(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        found = await parking.one(session, path_id(request) // MESSAGES_PER_DELIVERY)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "Nothing is parked under this id.")
    return json_answer(views.parked(found))


async def retry_parked(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    inbox_id = path_id(request) // MESSAGES_PER_DELIVERY
    await commands.retry_parked(parts.acting, request[PRINCIPAL].actor, inbox_id, arrived=parts.arrived)
    return web.Response(status=204)


async def resume_sending(request: web.Request) -> web.Response:
    waiting = await commands.resume_sending(request.app[PARTS].acting, request[PRINCIPAL].actor)
    return json_answer(Resumed(waiting=waiting))


async def make_token(request: web.Request) -> web.Response:
    body = await read_json(request, TokenRequest)
    parts = request.app[PARTS]
    if body.account and body.role is not Role.INGEST:
        detail = "only a token of the role ingest is tied to an account"
        raise Problem(Kind.INVALID, f"account: {detail}", errors={"account": detail})
    if body.account and parts.account(body.account) is None:
        raise Problem(Kind.UNKNOWN_ACCOUNT, f"No account is named {body.account!r} in the configuration.")
    token, now = tokens.mint(), parts.acting.now()
    token_id = await parts.store.writer.command(
        lambda session: token_store.add(
            session, name=body.name, role=body.role, account=body.account, digest=tokens.digest(token), at=now
        )
    )
    return json_answer(TokenMade(id=str(token_id), token=token), status=201)


async def make_signin_link(request: web.Request) -> web.Response:
    body = await read_json(request, SigninLinkRequest)
    parts = request.app[PARTS]
    path = await signin.make_link(parts.store, role=Role(body.role), now=parts.acting.now())
    return json_answer(SigninLink(url=parts.public_url.rstrip("/") + path), status=201)


async def token_page(request: web.Request) -> web.Response:
    query = read_query(request, AfterQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await token_store.page(session, after=query.after, limit=query.limit)
    items = [_token(one) for one in found]
    return json_answer(TokenPage(items=items, next=items[-1].id if len(items) == query.limit else None))


async def revoke_token(request: web.Request) -> web.Response:
    parts, token_id = request.app[PARTS], path_id(request)
    now = parts.acting.now()
    if not await parts.store.writer.command(lambda session: token_store.revoke(session, token_id, at=now)):
        raise Problem(Kind.NOT_FOUND, "No live token has this id.")
    request.app[SECURITY].authenticator.forget()
    return web.Response(status=204)


def _token(one: Token) -> TokenView:
    return TokenView(
        id=str(one.id),
        name=one.name,
        role=one.role,
        account=one.account,
        created_at=one.created_at,
        used_at=one.used_at,
        revoked_at=one.revoked_at,
    )


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, **more)


ROUTES = (
    _route("GET", "/connectors", connectors, "Every account and how it is doing", answer=ConnectorList),
    _route(
        "GET",
        "/parked",
        parked_page,
        "What could not be read",
        query=AfterQuery,
        answer=views.ParkedPage,
        problems=(422,),
    ),
    _route("GET", "/parked/{id}", parked_one, "One parked delivery", answer=views.ParkedView, problems=(404,)),
    _route("POST", "/parked/{id}/retry", retry_parked, "Read it again", status=204, problems=(404, 503)),
    _route(
        "POST",
        "/sending/resume",
        resume_sending,
        "Let sending go on after a restore",
        roles=ADMIN,
        answer=Resumed,
        problems=(503,),
    ),
    _route(
        "POST",
        "/signin-links",
        make_signin_link,
        "Make a link that signs a browser in",
        roles=ADMIN,
        body=SigninLinkRequest,
        answer=SigninLink,
        is_answer_secret=True,
        status=201,
        problems=(400, 415, 422, 503),
    ),
    _route(
        "POST",
        "/tokens",
        make_token,
        "Make a token",
        roles=ADMIN,
        body=TokenRequest,
        answer=TokenMade,
        is_answer_secret=True,
        status=201,
        problems=(400, 404, 415, 422, 503),
    ),
    _route(
        "GET",
        "/tokens",
        token_page,
        "The tokens, without themselves",
        roles=ADMIN,
        query=AfterQuery,
        answer=TokenPage,
        problems=(422,),
    ),
    _route(
        "DELETE",
        "/tokens/{id}",
        revoke_token,
        "End a token, within a second",
        roles=ADMIN,
        status=204,
        problems=(404, 503),
    ),
)
