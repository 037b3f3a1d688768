"""The OpenAPI 3.1 document, made from the route table: what isn't in the table doesn't exist."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from channelhub.web import problems
from channelhub.web.idempotency import HEADER, MAX_KEY_CHARS
from channelhub.web.listing import Form
from channelhub.web.problems import Kind, ProblemDocument
from channelhub.web.routing import Route
from channelhub.web.rows import columns_of, item_kind
from channelhub.web.scopes import scope_of

REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{([a-z_]+)(?::[^}]*)?\}")
_ABOUT = """Everything customers wrote, whatever the channel.

Send `Authorization: Bearer chub_…`; each route names the roles it takes under `security` and, as
`x-scope`, what a token with scopes needs (null: none may use it). Every error is a problem document
(RFC 9457) with one of the types listed at `Problem`. Ids are strings.
Lists are also CSV (`Accept: text/csv`, with `; bom=true` for Excel) and JSON Lines (`application/x-ndjson`): a page
where `limit` is given, else all that follows. `x-columns` names the columns of CSV in their order.
`RateLimit-Policy` says what a token may ask in a minute, `RateLimit` what is left; beyond it is a 429 with
`Retry-After`. Times are RFC 3339 in UTC. `HEAD` is answered as `GET` is, without the body, but for the live stream.
Before it is known which operation is meant, any request may be refused: 400 (broken HTTP), 408 (too slow),
415 (`Content-Encoding`), 417 (`Expect`), 431 (headers too large)."""


def document(routes: Sequence[Route], *, server_url: str) -> dict[str, Any]:
    """The document as JSON values."""
    shown = [route for route in routes if not route.is_page]
    types = [ProblemDocument, *_types(shown)]
    schemas, components = _in_their_dialect(msgspec.json.schema_components(types, ref_template=REF))
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        paths.setdefault(plain_path(route.path), {})[route.method.lower()] = _operation(route, by_type, components)
    components["ProblemDocument"]["description"] = _problem_types()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "channelhub",
            "version": version("channelhub"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A token of this hub."}},
        },
    }


def _in_their_dialect(value: Any) -> Any:
    """Schemas with patterns as JSON Schema has them (ECMA-262): its `$` is the very end, which Python calls `\\Z`."""
    if isinstance(value, list | tuple):
        return [_in_their_dialect(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: inner.replace(r"\Z", "$") if name == "pattern" and isinstance(inner, str) else _in_their_dialect(inner)
        for name, inner in value.items()
    }


def plain_path(path: str) -> str:
    """The address with its parameters as OpenAPI writes them."""
    return _PARAMETER.sub(r"{\1}", path)


def _types(routes: Sequence[Route]) -> list[Any]:
    given = [kind for route in routes for kind in (route.query, route.body, route.answer) if kind is not None]
    return list(dict.fromkeys(given))


def _operation(route: Route, by_type: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [tag(route)],
        "parameters": [*_path_parameters(route), *_query_parameters(route, components), *_header_parameters(route)],
        "responses": _responses(route, by_type),
    }
    about = [route.description, route.deprecation.sentence() if route.deprecation else ""]
    if any(about):
        operation["description"] = " ".join(part for part in about if part)
    if route.deprecation is not None:
        operation["deprecated"] = True
    if route.roles:
        operation["security"] = [{"token": sorted(route.roles)}]
        operation["x-scope"] = scope_of(route)
    if route.body is not None:
        content = {"application/json": {"schema": by_type[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.body_media_type:
        operation["requestBody"] = {"required": True, "content": {route.body_media_type: {}}}
    return operation


def _operation_id(route: Route) -> str:
    words = [word for word in re.split(r"[^a-z0-9]+", plain_path(route.path).lower()) if word not in ("", "api", "v1")]
    return "_".join([route.method.lower(), *words])


def tag(route: Route) -> str:
    """Under which heading a route stands."""
    parts = route.path.split("/")
    return parts[3].partition(".")[0] if route.path.startswith("/api/v1/") else "server"


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.path)
    ]


def _query_parameters(route: Route, components: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = components[route.query.__name__]
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": described.get("description", ""),
            "schema": {key: value for key, value in described.items() if key != "description"},
        }
        for name, described in schema["properties"].items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    if route.takes_key:
        return [_key_parameter()]
    if route.is_thing:
        return [_tag_parameter("If-None-Match", "An ETag that you hold: 304 without a body while it is the same.")]
    if route.method == "PATCH":
        return [_tag_parameter("If-Match", "The ETag that you read: 412, and nothing done, where it has changed.")]
    return []


def _tag_parameter(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": about, "schema": {"type": "string"}}


def _key_parameter() -> dict[str, Any]:
    about = (
        "Your name for this request: the same one again within 24 hours is answered like the first and does nothing. "
        "409 while the first isn't answered, 422 with another body."
    )
    schema = {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARS, "pattern": "^[ -~]+$"}
    return {"name": HEADER, "in": "header", "required": False, "description": about, "schema": schema}


def _responses(route: Route, by_type: dict[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.answer.__doc__ if route.answer else route.summary}
    if route.answer is not None:
        good["content"] = {route.media_type: {"schema": by_type[route.answer]}}
    elif route.status != 204:
        is_json = route.media_type == "application/json"
        good["content"] = {route.media_type: {"schema": {"type": "object" if is_json else "string"}}}
    statuses = {*route.problems, 429, *((401, 403) if route.roles else ()), *((409, 422) if route.takes_key else ())}
    statuses |= {412} if route.method == "PATCH" else set()
    statuses |= {503} if route.cursor else set()
    refused = {
        str(status): {
            "description": _title(status),
            "content": {problems.MEDIA_TYPE: {"schema": by_type[ProblemDocument]}},
        }
        for status in sorted(statuses)
    }
    if route.is_list:
        good |= _as_rows(route, good["content"])
    if route.is_thing:
        good["headers"] = {"ETag": {"description": "Changes with the answer.", "schema": {"type": "string"}}}
        refused["304"] = {"description": "It is as the ETag in If-None-Match says; no body."}
    answers = {str(route.status): good, **refused}
    told = route.deprecation.headers() if route.deprecation else {}
    for answer in answers.values() if told else ():
        described = {name: {"schema": {"type": "string", "const": value}} for name, value in told.items()}
        answer["headers"] = answer.get("headers", {}) | described
    return answers


def _as_rows(route: Route, content: dict[str, Any]) -> dict[str, Any]:
    """What a list's answer has more than its JSON: other forms, and where the next page is."""
    kind = item_kind(route.answer)
    assert kind is not None, "only lists have rows"
    text = {"schema": {"type": "string"}}
    forms = {Form.CSV.value: text | {"x-columns": list(columns_of(kind).names)}, Form.LINES.value: text}
    found: dict[str, Any] = {"content": content | forms}
    if route.cursor:
        about = 'With rel="next": the next page, where CSV or lines were asked for with a limit.'
        found["headers"] = {"Link": {"description": about, "schema": {"type": "string"}}}
    return found


def _title(status: int) -> str:
    return next(kind.title for kind in Kind if kind.status == status)


def _problem_types() -> str:
    lines = [f"- `{problems.TYPE_PREFIX}{kind.slug}` ({kind.status}): {kind.title}" for kind in Kind]
    return "A problem (RFC 9457). Its type is one of:\n\n" + "\n".join(lines)
