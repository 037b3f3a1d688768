"""The catalogue of events: which types there are, and what each says."""

from typing import Any

import msgspec
from aiohttp import web

from channelhub.domain.events.catalogue import CATALOGUE, example_of, schema_of
from channelhub.domain.events.envelope import EventBody
from channelhub.domain.events.payload import EventType
from channelhub.web.answers import json_answer
from channelhub.web.auth import ANYBODY_KNOWN
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route


class EventTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """One type of event. `version` is that of its schema, which changes by optional fields only."""

    type: str
    version: int
    meaning: str
    when: str


class EventTypeDescription(EventTypeView, frozen=True, kw_only=True):
    """One type of event with the JSON Schema (2020-12) of its `data`, and a whole event as an example."""

    schema: dict[str, Any]
    example: EventBody


class EventTypeList(msgspec.Struct, frozen=True, kw_only=True):
    """Every type of event that this hub raises."""

    items: list[EventTypeView]


async def event_types(_request: web.Request) -> web.Response:
    return json_answer(EventTypeList(items=[_view(one) for one in CATALOGUE.values()]))


async def event_type(request: web.Request) -> web.Response:
    one = CATALOGUE.get(request.match_info["type"])
    if one is None:
        raise Problem(Kind.NOT_FOUND, "There is no such type of event; GET /api/v1/event-types lists them.")
    view = _view(one)
    described = EventTypeDescription(
        type=view.type,
        version=view.version,
        meaning=view.meaning,
        when=view.when,
        schema=schema_of(one.payload),
        example=example_of(one),
    )
    return json_answer(described)


def _view(one: EventType) -> EventTypeView:
    return EventTypeView(type=one.name, version=one.version, meaning=one.meaning, when=one.when)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/event-types",
        handler=event_types,
        summary="Every type of event, in a sentence each",
        roles=ANYBODY_KNOWN,
        answer=EventTypeList,
    ),
    Route(
        method="GET",
        path="/api/v1/event-types/{type}",
        handler=event_type,
        summary="A type of event: the schema of its data, and an example",
        roles=ANYBODY_KNOWN,
        answer=EventTypeDescription,
        problems=(404,),
    ),
)
