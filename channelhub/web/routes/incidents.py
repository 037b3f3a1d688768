"""Registered contacts: listed, read, changed against the version that was read."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.pipeline.commands import incidents as commands
from channelhub.rules.incident import Incident
from channelhub.store import incidents, people
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import desk as views


class IncidentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which incidents, the newest first."""

    state: Annotated[IncidentState | None, msgspec.Meta(description="Only those in this state.")] = None
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


class IncidentChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change. `version` is the one that was read: when somebody else was faster, the answer is 409."""

    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
    state: IncidentState | None = None
    priority: Priority | None = None
    assignee: Annotated[str, msgspec.Meta(max_length=200)] | None = None


async def page(request: web.Request) -> web.Response:
    query = read_query(request, IncidentQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await incidents.page(session, before=query.before, limit=query.limit, state=query.state)
        items = await _views(session, found)
    return json_answer(views.IncidentPage(items=items, next=items[-1].id if len(items) == query.limit else None))


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        found = await incidents.get(session, path_id(request))
        if found is None:
            raise Problem(Kind.NOT_FOUND, "No incident has this id.")
        return json_answer((await _views(session, [found]))[0])


async def change(request: web.Request) -> web.Response:
    incident_id = path_id(request)
    body = await read_json(request, IncidentChange)
    parts = request.app[PARTS]
    changed = await commands.change(
        parts.acting,
        request[PRINCIPAL].actor,
        incident_id,
        version=body.version,
        state=body.state,
        priority=body.priority,
        assignee=body.assignee,
    )
    async with parts.store.readers.read() as session:
        return json_answer((await _views(session, [changed]))[0])


async def _views(session: Session, found: list[Incident]) -> list[views.IncidentView]:
    owners = await people.identities(session, [one.identity_id for one in found])
    return [
        views.incident(one, customer_id=owners[one.identity_id].customer_id if one.identity_id in owners else None)
        for one in found
    ]


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/incidents",
        handler=page,
        summary="Incidents, the newest first",
        query=IncidentQuery,
        answer=views.IncidentPage,
        problems=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/incidents/{id}",
        handler=get,
        summary="An incident",
        answer=views.IncidentView,
        problems=(404,),
    ),
    Route(
        method="PATCH",
        path="/api/v1/incidents/{id}",
        handler=change,
        summary="Change an incident's state, priority or assignee",
        body=IncidentChange,
        answer=views.IncidentView,
        problems=(400, 404, 409, 415, 422, 503),
    ),
)
