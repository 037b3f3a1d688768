"""The API's own description: for machines as OpenAPI 3.1, for people as a page that needs no other server."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from aiohttp import web

from channelhub.web import asyncapi, openapi
from channelhub.web.auth import PUBLIC
from channelhub.web.pages.rendering import render
from channelhub.web.pages.trying import Trial, trial
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route


class RouteView(msgspec.Struct, frozen=True, kw_only=True):
    """One route as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: str  # empty where it isn't
    roles: str
    statuses: str
    schemas: list[tuple[str, str]]
    trial: Trial


def routes(described: Sequence[Route]) -> tuple[Route, ...]:
    """The routes of the description; the document describes these too."""
    made: list[Route] = []

    @cache
    def whole(server_url: str) -> dict[str, Any]:
        return openapi.document([*described, *made], server_url=server_url)

    async def document(request: web.Request) -> web.Response:
        body = msgspec.json.encode(whole(request.app[PARTS].public_url))
        return web.Response(body=body, content_type="application/json")

    @cache
    def events(server_url: str) -> bytes:
        return msgspec.json.encode(asyncapi.document(server_url=server_url))

    async def event_document(request: web.Request) -> web.Response:
        return web.Response(body=events(request.app[PARTS].public_url), content_type="application/json")

    async def page(request: web.Request) -> web.Response:
        return render(request, "docs.html", groups=groups())

    @cache
    def groups() -> list[tuple[str, list[RouteView]]]:
        shown = [route for route in (*described, *made) if not route.is_page]
        ordered = sorted(shown, key=openapi.tag)
        document = whole("")
        return [(tag, [_view(route, document) for route in group]) for tag, group in groupby(ordered, key=openapi.tag)]

    made.append(
        Route(
            method="GET",
            path="/api/openapi.json",
            handler=document,
            summary="This description, as OpenAPI 3.1",
            roles=PUBLIC,
        )
    )
    made.append(
        Route(
            method="GET",
            path="/api/asyncapi.json",
            handler=event_document,
            summary="What the hub tells others of, as AsyncAPI 3.0",
            roles=PUBLIC,
        )
    )
    docs = Route(
        method="GET",
        path="/api/docs",
        handler=page,
        summary="This description, as a page",
        roles=PUBLIC,
        is_page=True,
        media_type="text/html",
    )
    return (*made, docs)


def _view(route: Route, document: dict[str, Any]) -> RouteView:
    operation = document["paths"][openapi.plain_path(route.path)][route.method.lower()]
    schemas = [("Query", route.query), ("Body", route.body), ("Answer", route.answer)]
    return RouteView(
        id=operation["operationId"],
        method=route.method,
        path=openapi.plain_path(route.path),
        summary=route.summary,
        description=route.description,
        deprecated=route.deprecation.sentence() if route.deprecation else "",
        roles=", ".join(sorted(route.roles)),
        statuses=", ".join(str(status) for status in (route.status, *route.problems)),
        schemas=[(title, _fields(kind)) for title, kind in schemas if kind is not None],
        trial=trial(operation, document["components"]["schemas"]),
    )


def _fields(kind: Any) -> str:
    """The fields of a struct, one to a line: name, type, meaning."""
    schema = msgspec.json.schema(kind)
    own = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    required = set(own.get("required", ()))
    lines = [kind.__doc__ or "", ""]
    for name, field in own.get("properties", {}).items():
        mark = "" if name in required else "?"
        lines.append(f"{name}{mark}: {_type(field)}  {field.get('description', '')}".rstrip())
    return "\n".join(lines).strip()


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " | ".join(_type(option) for option in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "prefixItems" in field:
        return f"[{', '.join(_type(item) for item in field['prefixItems'])}]"
    if field.get("type") == "array":
        return f"[{_type(field.get('items', {}))}]"
    return str(field.get("format") or field.get("type") or "any")
