"""Alert targets: how they do, what they were told, a test, another try."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import alerts as commands
from channelhub.pipeline.event_alerts.sampling import EventSample, NoSample
from channelhub.store import alerts
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import MAX_ID, decode, path_id, read_body, read_query
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import alerts as views


class DeliveryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries, the newest first."""

    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


class TestWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is tried."""

    target: Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="Its name in the configuration.")]
    event: Annotated[
        str,
        msgspec.Meta(
            max_length=64,
            description="For a target of events: the type that a sample is told of, or `summary`; empty: any.",
        ),
    ] = ""


class TestQueued(msgspec.Struct, frozen=True, kw_only=True):
    """The alert and its end: look at both until they are sent. Of an event there is no end, but its words."""

    trigger: views.DeliveryView
    resolve: views.DeliveryView | None
    sample: views.SampleView | None


async def page(request: web.Request) -> web.Response:
    query = read_query(request, DeliveryQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        return json_answer(await view(session, parts.alert_targets(), before=query.before, limit=query.limit))


async def view(session: Session, targets: Mapping[str, str], *, before: int, limit: int) -> views.AlertsView:
    """The configured targets (kinds by name) and a page of deliveries."""
    found = await alerts.page(session, before=before, limit=limit)
    items = [views.delivery(one) for one in found]
    following = items[-1].id if len(items) == limit else None
    return views.AlertsView(targets=await target_views(session, targets), items=items, next=following)


async def target_views(session: Session, targets: Mapping[str, str]) -> list[views.TargetView]:
    """How each target does."""
    return [
        views.target(name, kind, await alerts.newest_of_target(session, name)) for name, kind in sorted(targets.items())
    ]


async def get(request: web.Request) -> web.Response:
    return json_answer(await _one(request, path_id(request)))


async def test(request: web.Request) -> web.Response:
    wanted = decode(await read_body(request), TestWanted)
    parts = request.app[PARTS]
    if wanted.target not in parts.alert_targets():
        detail = f"No [alerts.{wanted.target}] is in the configuration."
        raise Problem(Kind.INVALID, detail, errors={"target": detail})
    actor = request[PRINCIPAL].actor
    sample = _sample(parts, wanted)
    if sample is not None:
        told = await _one(request, await commands.test_event(parts.acting, actor, wanted.target, sample.content))
        shown = views.SampleView(title=sample.title, text=sample.text)
        return json_answer(TestQueued(trigger=told, resolve=None, sample=shown), status=202)
    first, last = await commands.test(parts.acting, actor, wanted.target, link=f"{parts.public_url}/accounts")
    queued = TestQueued(trigger=await _one(request, first), resolve=await _one(request, last), sample=None)
    return json_answer(queued, status=202)


def _sample(parts: WebParts, wanted: TestWanted) -> EventSample | None:
    """Of a target of events; None for one of outages."""
    try:
        return parts.event_sample(wanted.target, wanted.event)
    except NoSample as exc:
        raise Problem(Kind.INVALID, str(exc), errors={"event" if exc.is_of_event else "target": str(exc)}) from exc


async def retry(request: web.Request) -> web.Response:
    again = await commands.retry(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(views.delivery(again))


async def _one(request: web.Request, delivery_id: int) -> views.DeliveryView:
    async with request.app[PARTS].store.readers.read() as session:
        found = await alerts.get(session, delivery_id)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "No alert delivery has this id.")
    return views.delivery(found)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/alerts",
        handler=page,
        summary="Whom the hub tells about outages and events, how that goes, and what was told",
        query=DeliveryQuery,
        answer=views.AlertsView,
        problems=(422,),
    ),
    Route(
        method="POST",
        path="/api/v1/alerts/test",
        handler=test,
        roles=ADMIN,
        summary="Tell a target a marked test, and that it is over; or a sample of an event",
        body=TestWanted,
        answer=TestQueued,
        status=202,
        problems=(400, 422, 503),
    ),
    Route(
        method="GET",
        path="/api/v1/alerts/{id}",
        handler=get,
        summary="One alert delivery",
        answer=views.DeliveryView,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/api/v1/alerts/{id}/retry",
        handler=retry,
        roles=ADMIN,
        summary="Have a delivery that failed or waits told now",
        answer=views.DeliveryView,
        problems=(404, 422, 503),
    ),
)
