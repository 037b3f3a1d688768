"""Whether what the hub answers is what its API document says: a listed status, a listed media type, a valid body.

`watch` looks at every answer that a client of this process gets from a hub, whichever test asks.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp
import jsonschema_rs

from channelhub.web import openapi, problems
from channelhub.web.routes.table import routes

DESCRIBED = re.compile(r"/(api/.*|livez|readyz|metrics)")
#: Any request may meet these before its route is known: what the document says once, of all.
ANYWHERE = frozenset({408, 417, 431})
PROBLEM_SCHEMA = {"$ref": openapi.REF.format(name="ProblemDocument")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as a client sees it. `body` is None where nobody read it, or read only a part of it."""

    method: str
    path: str
    status: int
    media_type: str
    body: bytes | None


def misfits(answer: Answer) -> list[str]:
    """What is wrong with an answer; nothing is with one of an address that the document is not about."""
    if not DESCRIBED.fullmatch(answer.path) or answer.path in _pages():
        return []
    content, wrong = _documented(answer)
    if wrong or content is None:
        return [f"{_name(answer)}: {wrong}"] if wrong else []
    if answer.media_type not in content:
        return [f"{_name(answer)}: {answer.media_type or 'no media type'}, the document says {', '.join(content)}"]
    if answer.body is None or not answer.media_type.endswith(("/json", "+json")):
        return []
    return [f"{_name(answer)}: {fault}" for fault in _faults(content[answer.media_type]["schema"], answer.body)]


def _documented(answer: Answer) -> tuple[dict[str, Any] | None, str]:
    """The media types that an answer may have, by the document; None where it has no body. Or what is wrong with it."""
    operation = _operation(answer.method, answer.path)
    problem = {problems.MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}
    if operation is None:  # an address or a method that there isn't, or the question of another site's page
        is_preflight = answer.method == "OPTIONS" and answer.status == 204
        is_refusal = answer.status in {400, 401, 403, 404, 405, 413, 415, *ANYWHERE}
        fine = is_preflight or is_refusal
        return (problem if is_refusal else None), "" if fine else "no such operation is documented"
    listed = operation["responses"].get(str(answer.status))
    if listed is not None:
        return listed.get("content"), "" if listed.get("content") or not answer.body else "a body where none is listed"
    if answer.status in ANYWHERE:
        return problem, ""
    return None, f"the status is not listed; these are: {', '.join(operation['responses'])}"


def _name(answer: Answer) -> str:
    return f"{answer.method} {answer.path} {answer.status}"


def _faults(schema: dict[str, Any], body: bytes) -> list[str]:
    try:
        value = json.loads(body)
    except ValueError:
        return ["the body is no JSON"]
    faults = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.message[:200]} at /{'/'.join(str(step) for step in error.instance_path)}" for error in faults]


@cache
def _pages() -> frozenset[str]:
    return frozenset(route.path for route in routes() if route.is_page)


@cache
def _document() -> dict[str, Any]:
    return openapi.document(routes(), server_url="http://127.0.0.1")


@cache
def _addresses() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Every address with its operations by method; one without parameters goes before one that would fit it, too."""
    asked = {path: _with_head(path, methods) for path, methods in _document()["paths"].items()}
    ordered = sorted(asked.items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path))), methods) for path, methods in ordered]


def _with_head(path: str, methods: dict[str, Any]) -> dict[str, Any]:
    """HEAD is answered as GET is, where the route says so: what the document says once for all of them."""
    has_head = any("HEAD" in route.methods for route in routes() if openapi.plain_path(route.path) == path)
    return methods | ({"head": methods["get"]} if has_head else {})


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, methods in _addresses():
        if method.lower() in methods and pattern.fullmatch(path):
            return dict(methods[method.lower()])
    return None


@cache
def _validator(schema: str) -> Any:
    """A field that the document doesn't name is wrong, too."""
    whole = json.loads(schema) | {"components": _closed(_document()["components"])}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _closed(value: Any) -> Any:
    """The schemas with nothing left open: an object has the properties that are named, and no other."""
    if isinstance(value, list):
        return [_closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _closed(one) for name, one in value.items()}
    if inner.get("type") == "object" and isinstance(inner.get("properties"), dict):
        inner.setdefault("additionalProperties", False)
    return inner


@contextmanager
def watch() -> Iterator[list[str]]:
    """While this lasts, what is wrong with the answers that clients of this process get is listed."""
    found: list[str] = []
    start, read = aiohttp.ClientResponse.start, aiohttp.ClientResponse.read

    async def started(self: aiohttp.ClientResponse, connection: Any) -> aiohttp.ClientResponse:
        begun = await start(self, connection)
        found.extend(misfits(_answer(self, None)))
        return begun

    async def whole(self: aiohttp.ClientResponse) -> bytes:
        body = await read(self)
        if self.method != "HEAD":
            found.extend(misfits(_answer(self, body)))
        return body

    aiohttp.ClientResponse.start, aiohttp.ClientResponse.read = started, whole  # type: ignore[method-assign]
    try:
        yield found
    finally:
        aiohttp.ClientResponse.start, aiohttp.ClientResponse.read = start, read  # type: ignore[method-assign]


def _answer(response: aiohttp.ClientResponse, body: bytes | None) -> Answer:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return Answer(method=response.method, path=response.url.path, status=response.status, media_type=kind, body=body)
