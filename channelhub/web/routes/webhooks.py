"""Endpoints that events are posted to: made, changed, tried, disabled, removed; their keys renewed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Endpoint, Filters
from channelhub.pipeline.commands import webhook_deliveries
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.sdk.endpoint_addresses import AddressRefused
from channelhub.store import webhooks
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import checked_text, decode, path_id, read_body, read_json, read_query
from channelhub.web.conditional import MATCHED_VERSION
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.webhook_bodies import (
    NewWebhook,
    Rotation,
    WebhookChange,
    WebhookQuery,
    filters_of,
    headers_of,
)
from channelhub.web.routing import Handler, Route
from channelhub.web.views import webhooks as views


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
        filters=filters_of(Filters(), body),
        is_ordered=body.ordered,
        headers=headers_of(body.headers),
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
        "headers": msgspec.UNSET if body.headers is msgspec.UNSET else headers_of(body.headers),
    }
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not msgspec.UNSET}
    if "description" in given:
        checked_text(given["description"], "description")
    filters_of(Filters(), body)  # refuses before anything is looked up
    await commands.change(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        webhook_id,
        lambda known: replace(known, filters=filters_of(known.filters, body), **given),
        version=request.get(MATCHED_VERSION) if body.version is msgspec.UNSET else body.version,
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
