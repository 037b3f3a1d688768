"""What endpoints were sent: the log of deliveries with every attempt, and sending again."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import DeliveryState
from channelhub.pipeline.commands import webhook_deliveries as commands
from channelhub.store import webhook_deliveries, webhooks
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.webhooks import require_whole_hub
from channelhub.web.routing import Handler, Route
from channelhub.web.views import webhooks as views

SHOWN_ATTEMPTS = 100


class WebhookDeliveryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries, the newest first."""

    state: Annotated[DeliveryState | None, msgspec.Meta(description="failed: dead letters. Left out: every state.")] = (
        None
    )
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


class Redelivering(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `failed_only` dead letters (of `since` or later), else every event since then, also those never sent."""

    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    failed_only: bool = False


async def page(request: web.Request) -> web.Response:
    require_whole_hub(request)
    webhook_id = path_id(request)
    query = read_query(request, WebhookDeliveryQuery)
    async with request.app[PARTS].store.readers.read() as session:
        if await webhooks.get(session, webhook_id) is None:
            raise Problem(Kind.NOT_FOUND, "No webhook has this id.")
        found = await webhook_deliveries.page(
            session, webhook_id, state=query.state, before=query.before, limit=query.limit
        )
    items = [views.delivery(one) for one in found]
    return json_answer(views.WebhookDeliveryPage(items=items, next=items[-1].id if len(items) == query.limit else None))


async def get(request: web.Request) -> web.Response:
    require_whole_hub(request)
    delivery_id = path_id(request)
    async with request.app[PARTS].store.readers.read() as session:
        found = await webhook_deliveries.get(session, delivery_id)
        if found is None:
            raise Problem(Kind.NOT_FOUND, "No delivery has this id.")
        known = await webhook_deliveries.messages(session, [found.message_key])
        attempts = await webhook_deliveries.attempts(session, delivery_id, before=MAX_ID, limit=SHOWN_ATTEMPTS)
    return json_answer(views.detail(found, known.get(found.message_key), attempts))


async def redeliver(request: web.Request) -> web.Response:
    require_whole_hub(request)
    again = await commands.redeliver(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(views.delivery(again), status=202)


async def redeliver_all(request: web.Request) -> web.Response:
    require_whole_hub(request)
    webhook_id = path_id(request)
    body = await read_json(request, Redelivering)
    if body.since is None and not body.failed_only:
        detail = "say since when, or failed_only"
        raise Problem(Kind.INVALID, f"since: {detail}.", errors={"since": detail})
    if body.since is not None and to_us(body.since) < 0:
        raise Problem(Kind.INVALID, "since: before 1970.", errors={"since": "before 1970"})
    parts = request.app[PARTS]
    asked = await commands.redeliver_all(
        parts.acting, request[PRINCIPAL].actor, webhook_id, since=body.since, failed_only=body.failed_only
    )
    async with parts.store.readers.read() as session:
        keys = await webhooks.secrets(session, [webhook_id], now_us=to_us(parts.acting.now()))
    return json_answer(views.webhook(asked, keys.get(webhook_id, ())), status=202)


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, roles=ADMIN, **more)


ROUTES = (
    _route(
        "GET", "/webhooks/{id}/deliveries", page, "What an endpoint was sent, the newest first",
        query=WebhookDeliveryQuery, answer=views.WebhookDeliveryPage, problems=(404, 422),
    ),
    _route(
        "POST", "/webhooks/{id}/redeliver", redeliver_all, "Send an endpoint again what failed, or all since a moment",
        body=Redelivering, answer=views.WebhookView, status=202, problems=(400, 404, 409, 413, 415, 422, 503),
    ),
    _route(
        "GET", "/deliveries/{id}", get, "A delivery with its body and attempts",
        answer=views.WebhookDeliveryDetail, problems=(404,),
    ),
    _route(
        "POST", "/deliveries/{id}/redeliver", redeliver, "Send one delivery again, under the same id",
        answer=views.WebhookDeliveryView, status=202, problems=(404, 409, 503),
    ),
)  # fmt: skip
