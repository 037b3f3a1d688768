"""The hub itself: its accounts, what could not be read, sending after a restore, sign-in links."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.pipeline.commands import hub as commands
from channelhub.store import hub as facts
from channelhub.store import parking
from channelhub.telemetry.completeness import Comparison
from channelhub.web import signin
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL, Role
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import messages as views


class CompletenessView(msgspec.Struct, frozen=True, kw_only=True):
    """What the last comparison found: of the `listed` messages at the channel `gap` are not held. A repaired gap stays
    as `last_gap`. `note` says what couldn't be compared, `note_level` whether that is to be mended.
    """

    listed: int
    gap: int
    at: datetime
    last_gap: int
    last_gap_at: datetime | None
    note: str
    note_level: Annotated[
        NoteLevel | None, msgspec.Meta(description="info: to be known only; wrong: to be mended. null without a note.")
    ] = None


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
    last_success: Annotated[
        datetime | None, msgspec.Meta(description="It delivered, or its channel answered well, since the hub started.")
    ] = None
    lag_s: Annotated[
        float | None, msgspec.Meta(description="Of the newest message: from its channel's time to our commit.")
    ] = None
    backlog: Annotated[int | None, msgspec.Meta(description="What waited at the channel, where it tells.")] = None
    probed_at: datetime | None = None
    probe: Annotated[str, msgspec.Meta(description="What the channel answered then: ok, down, auth-failed.")] = ""
    probe_detail: str = ""
    refused_posts: Annotated[
        int, msgspec.Meta(description="Without a valid proof, since the last good one: a wrong secret, or a stranger.")
    ] = 0
    refused_at: datetime | None = None


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


class SigninLinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who shall sign in with the link."""

    role: Literal["reader", "agent", "lead", "admin"] = "agent"


class SigninLink(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in link for the pages: good for one use within 15 minutes."""

    url: str


async def probe(request: web.Request) -> web.Response:
    await request.app[PARTS].probe()
    return await connectors(request)


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
            completeness=_completeness(one.comparison) if one.comparison else None,
            last_success=one.vitals.last_success,
            lag_s=one.vitals.lag_s,
            backlog=one.vitals.backlog,
            probed_at=one.vitals.probed_at,
            probe=one.vitals.probe,
            probe_detail=one.vitals.probe_detail,
            refused_posts=one.vitals.refused,
            refused_at=one.vitals.refused_at,
        )
        for one in parts.accounts()
    ]
    return json_answer(ConnectorList(items=items, sending_paused=is_paused))


def _completeness(found: Comparison) -> CompletenessView:
    return CompletenessView(
        listed=found.listed,
        gap=found.gap,
        at=found.at,
        last_gap=found.last_gap,
        last_gap_at=found.last_gap_at,
        note=found.note,
        note_level=found.level if found.note else None,
    )


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


async def make_signin_link(request: web.Request) -> web.Response:
    body = await read_json(request, SigninLinkRequest)
    parts = request.app[PARTS]
    path = await signin.make_link(parts.store, role=Role(body.role), now=parts.acting.now())
    return json_answer(SigninLink(url=parts.public_url.rstrip("/") + path), status=201)


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, **more)


ROUTES = (
    _route("GET", "/connectors", connectors, "Every account and how it is doing", answer=ConnectorList),
    _route(
        "POST",
        "/connectors/probe",
        probe,
        "Ask every account's channel now, and tell how each is doing",
        description="Takes nothing from the channels. Each has 10 s to answer.",
        answer=ConnectorList,
    ),
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
)
