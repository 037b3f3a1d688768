"""Endpoints that events are posted to: made, changed, tried, disabled, removed; their keys renewed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Endpoint, Filters, Signing
from channelhub.pipeline.commands import webhook_deliveries
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.rules.webhooks.filters import is_pattern
from channelhub.rules.webhooks.headers import MAX_HEADERS, fault_of
from channelhub.sdk.endpoint_addresses import MAX_URL_CHARS, AddressRefused
from channelhub.store import webhooks
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import MAX_ID, checked_text, decode, path_id, read_body, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import webhooks as views

Url = Annotated[str, msgspec.Meta(min_length=8, max_length=MAX_URL_CHARS, description="A public host, by https.")]
Description = Annotated[str, msgspec.Meta(max_length=300)]
OwnerEmail = Annotated[
    str,
    msgspec.Meta(
        max_length=254,
        pattern=r"^(|[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,189})\Z",
        description="Who is told when it is disabled for its failures.",
    ),
]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
EventTypes = Annotated[
    list[Word], msgspec.Meta(max_length=50, description="outage.suspected, outage.*; empty: every type.")
]
Accounts = Annotated[list[Word], msgspec.Meta(max_length=50, description="Empty: events of every account and of none.")]
Segments = Annotated[
    list[Word], msgspec.Meta(max_length=50, description="Classes of customers; empty: all, and events about nobody.")
]
Headers = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=100)], Annotated[str, msgspec.Meta(max_length=1000)]],
    msgspec.Meta(max_length=MAX_HEADERS, description="Sent along with each post, such as Authorization. Shown masked."),
]
Key = Annotated[
    str,
    msgspec.Meta(max_length=200, description="A key the receiver has: whsec_… (v1), whsk_… (v1a). Empty: a new one."),
]


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an endpoint is to be sent, and how."""

    url: Url
    description: Description = ""
    owner_email: OwnerEmail = ""
    event_types: EventTypes = []
    accounts: Accounts = []
    segments: Segments = []
    replayed: Annotated[bool, msgspec.Meta(description="Send events of history that is read again, too.")] = False
    ordered: Annotated[bool, msgspec.Meta(description="One event at a time, in their order.")] = False
    headers: Headers = {}
    signing: Annotated[Signing, msgspec.Meta(description="v1: a shared secret; v1a: an ed25519 key pair.")] = Signing.V1
    secret: Key = ""


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays. `headers` replaces all of them. With `version`, a stale one is a 409."""

    url: Url | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    owner_email: OwnerEmail | msgspec.UnsetType = msgspec.UNSET
    event_types: EventTypes | msgspec.UnsetType = msgspec.UNSET
    accounts: Accounts | msgspec.UnsetType = msgspec.UNSET
    segments: Segments | msgspec.UnsetType = msgspec.UNSET
    replayed: bool | msgspec.UnsetType = msgspec.UNSET
    ordered: bool | msgspec.UnsetType = msgspec.UNSET
    headers: Headers | msgspec.UnsetType = msgspec.UNSET
    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | msgspec.UnsetType = msgspec.UNSET


class Rotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long the keys of before sign beside the new one."""

    secret: Key = ""
    overlap_hours: Annotated[float, msgspec.Meta(ge=0, le=720)] = 24.0


class WebhookQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Endpoints in the order they were made."""

    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


async def page(request: web.Request) -> web.Response:
    require_whole_hub(request)
    query = read_query(request, WebhookQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        now_us = to_us(parts.acting.now())
        return json_answer(await view(session, after=query.after, limit=query.limit, now_us=now_us))


async def view(session: Session, *, after: int, limit: int, now_us: int) -> views.WebhookPage:
    """A page of endpoints."""
    found = await webhooks.page(session, after=after, limit=limit)
    keys = await webhooks.secrets(session, (one.id for one in found), now_us=now_us)
    items = [views.webhook(one, keys.get(one.id, ())) for one in found]
    return views.WebhookPage(items=items, next=items[-1].id if len(items) == limit else None)


async def get(request: web.Request) -> web.Response:
    require_whole_hub(request)
    return json_answer(await _one(request, path_id(request)))


async def make(request: web.Request) -> web.Response:
    require_whole_hub(request)
    body = await read_json(request, NewWebhook)
    await _check_url(request, body.url)
    wanted = Endpoint(
        id=0,
        url=body.url,
        description=checked_text(body.description, "description"),
        owner_email=body.owner_email,
        filters=_filters(Filters(), body),
        is_ordered=body.ordered,
        headers=_headers(body.headers),
        signing=body.signing,
    )
    webhook_id, key = await commands.make(
        request.app[PARTS].acting, request[PRINCIPAL].actor, wanted, secret=body.secret
    )
    return json_answer(await _made(request, webhook_id, key), status=201)


async def change(request: web.Request) -> web.Response:
    require_whole_hub(request)
    webhook_id = path_id(request)
    body = await read_json(request, WebhookChange)
    if body.url is not msgspec.UNSET:
        await _check_url(request, body.url)
    named = {
        "url": body.url,
        "description": body.description,
        "owner_email": body.owner_email,
        "is_ordered": body.ordered,
        "headers": msgspec.UNSET if body.headers is msgspec.UNSET else _headers(body.headers),
    }
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not msgspec.UNSET}
    if "description" in given:
        checked_text(given["description"], "description")
    _filters(Filters(), body)  # refuses before anything is looked up
    await commands.change(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        webhook_id,
        lambda known: replace(known, filters=_filters(known.filters, body), **given),
        version=None if body.version is msgspec.UNSET else body.version,
    )
    return json_answer(await _one(request, webhook_id))


async def remove(request: web.Request) -> web.Response:
    require_whole_hub(request)
    await commands.remove(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return web.Response(status=204)


def _switch(command: Callable[[Acting, str, int], Awaitable[Endpoint]]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        require_whole_hub(request)
        await command(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
        return json_answer(await _one(request, path_id(request)))

    return handle


async def rotate(request: web.Request) -> web.Response:
    require_whole_hub(request)
    webhook_id = path_id(request)
    raw = await read_body(request)
    body = decode(raw, Rotation) if raw else Rotation()
    key = await commands.rotate(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        webhook_id,
        secret=body.secret,
        overlap=timedelta(hours=body.overlap_hours),
    )
    return json_answer(await _made(request, webhook_id, key))


async def test(request: web.Request) -> web.Response:
    require_whole_hub(request)
    made = await webhook_deliveries.test(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(views.delivery(made), status=202)


def require_whole_hub(request: web.Request) -> None:
    """Endpoints get events of every account: raises Problem for a token that serves one."""
    if request[PRINCIPAL].account:
        raise Problem(Kind.FORBIDDEN, "This token serves one account; endpoints are made for the whole hub.")


async def _one(request: web.Request, webhook_id: int) -> views.WebhookView:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        found = await webhooks.get(session, webhook_id)
        keys = await webhooks.secrets(session, [webhook_id], now_us=to_us(parts.acting.now()))
    if found is None:
        raise Problem(Kind.NOT_FOUND, "No webhook has this id.")
    return views.webhook(found, keys.get(webhook_id, ()))


async def _made(request: web.Request, webhook_id: int, key: Secret) -> views.WebhookMade:
    found = await _one(request, webhook_id)
    return views.WebhookMade(webhook=found, secret="" if found.public_key else key.reveal())


async def _check_url(request: web.Request, url: str) -> None:
    try:
        await request.app[PARTS].check_endpoint(url)
    except AddressRefused as exc:
        raise Problem(Kind.INVALID, f"url: {exc}.", errors={"url": str(exc)}) from exc


def _filters(known: Filters, body: NewWebhook | WebhookChange) -> Filters:
    """The filters with what a body changes. Raises Problem."""
    for one in body.event_types or ():
        if not is_pattern(one):
            detail = f"{one.encode('ascii', 'backslashreplace').decode()} names no event types: outage.*, for example"
            raise Problem(Kind.INVALID, f"event_types: {detail}.", errors={"event_types": detail})
    texts = {
        name: tuple(dict.fromkeys(checked_text(one, name) for one in given))
        for name, given in (("accounts", body.accounts), ("segments", body.segments))
        if given is not msgspec.UNSET
    }
    return Filters(
        event_types=known.event_types if body.event_types is msgspec.UNSET else tuple(dict.fromkeys(body.event_types)),
        accounts=texts.get("accounts", known.accounts),
        segments=tuple(one.strip().lower() for one in texts.get("segments", known.segments)),
        takes_replayed=known.takes_replayed if body.replayed is msgspec.UNSET else body.replayed,
    )


def _headers(given: dict[str, str]) -> tuple[tuple[str, Secret], ...]:
    """Raises Problem for a header that can't be sent along."""
    for name, value in given.items():
        if fault := fault_of(name, value):
            raise Problem(Kind.INVALID, f"headers: {fault}.", errors={"headers": fault})
    if len({name.lower() for name in given}) < len(given):
        raise Problem(Kind.INVALID, "headers: one is given twice.", errors={"headers": "one is given twice"})
    return tuple((name, Secret(value)) for name, value in given.items())


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1/webhooks{path}", handler=handler, summary=summary, roles=ADMIN, **more)


ROUTES = (
    _route(
        "GET", "", page, "Endpoints that events are posted to, and how that goes",
        query=WebhookQuery, answer=views.WebhookPage, problems=(422,),
    ),
    _route(
        "POST", "", make, "Have events posted to an address, signed as Standard Webhooks says", is_answer_secret=True,
        body=NewWebhook, answer=views.WebhookMade, status=201, problems=(400, 409, 413, 415, 422, 503),
    ),
    _route("GET", "/{id}", get, "One endpoint", answer=views.WebhookView, problems=(404,)),
    _route(
        "PATCH", "/{id}", change, "Change what an endpoint is sent",
        body=WebhookChange, answer=views.WebhookView, problems=(400, 404, 409, 413, 415, 422, 503),
    ),
    _route("DELETE", "/{id}", remove, "Remove an endpoint with its keys", status=204, problems=(404, 503)),
    _route(
        "POST", "/{id}/enable", _switch(commands.enable), "Send an endpoint what waits, and events again",
        answer=views.WebhookView, problems=(404, 503),
    ),
    _route(
        "POST", "/{id}/disable", _switch(commands.disable), "Send an endpoint nothing, and keep no events for it",
        answer=views.WebhookView, problems=(404, 503),
    ),
    _route(
        "POST", "/{id}/rotate-secret", rotate, "Give an endpoint a new key; the old one signs beside it for a while",
        body=Rotation, answer=views.WebhookMade, problems=(400, 404, 413, 422, 503), is_answer_secret=True,
    ),
    _route(
        "POST", "/{id}/test", test, "Send an endpoint a marked test",
        answer=views.WebhookDeliveryView, status=202, problems=(404, 409, 503),
    ),
)  # fmt: skip
