"""Which reports make an outage: merged, taken apart, moved in and out by people."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import outage_reports as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.store.outages import Outage
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, decode, path_id, read_body, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.outages import OutageDecision, in_full
from channelhub.web.routing import Handler, Route
from channelhub.web.views import desk as views

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
Version = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="As it was read; a stale one is refused (409).")]


class OutageMerge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`into` is the outage that stays."""

    into: Id
    version: Version | None = None


class OutageSplit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reports that are another matter."""

    messages: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=commands.MOST_MOVED)]
    title: Annotated[str, msgspec.Meta(max_length=commands.MAX_TITLE, description="Empty: a report's own words.")] = ""
    version: Version | None = None


class OutageMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer's message that belongs to the outage."""

    message_id: Id
    version: Version | None = None


class VersionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """With the version that was read, a change of what somebody else has changed since is refused (409)."""

    version: Version | None = None


async def merge(request: web.Request) -> web.Response:
    body = await read_json(request, OutageMerge)
    into_id = _number(body.into, "into")
    return await _answer(request, await commands.merge(*_who(request), into_id, version=body.version))


async def unmerge(request: web.Request) -> web.Response:
    body = await read_body(request)
    version = decode(body, OutageDecision).version if body else None
    return await _answer(request, await commands.unmerge(*_who(request), version=version))


async def split(request: web.Request) -> web.Response:
    body = await read_json(request, OutageSplit)
    ids = [_number(one, "messages") for one in body.messages]
    new = await commands.split(*_who(request), ids, title=body.title, version=body.version)
    return await _answer(request, new)


async def move_in(request: web.Request) -> web.Response:
    body = await read_json(request, OutageMember)
    message_id = _number(body.message_id, "message_id")
    return await _answer(request, await commands.move_in(*_who(request), message_id, version=body.version))


async def move_out(request: web.Request) -> web.Response:
    version = read_query(request, VersionQuery).version
    message_id = path_id(request, "message_id")
    return await _answer(request, await commands.move_out(*_who(request), message_id, version=version))


def _who(request: web.Request) -> tuple[Acting, str, int]:
    return request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request)


async def _answer(request: web.Request, changed: Outage) -> web.Response:
    return await in_full(request, changed.id)


def _number(text: str, field: str) -> int:
    number = int(text)
    if number > MAX_ID:
        raise Problem(Kind.INVALID, "An id is too large.", errors={field: "is no id"})
    return number


def _change(method: str, path: str, handler: Handler, summary: str, body: type[msgspec.Struct] | None = None) -> Route:
    return Route(
        method=method,
        path=f"/api/v1/outages/{{id}}/{path}",
        handler=handler,
        summary=summary,
        body=body,
        query=None if body else VersionQuery,
        answer=views.OutageDetail,
        problems=(400, 404, 409, 415, 422, 503) if body else (404, 409, 422, 503),
    )


ROUTES = (
    _change("POST", "merge", merge, "It is the same matter as another, which gets its reports", OutageMerge),
    _change("POST", "unmerge", unmerge, "A merged outage stands on its own again", OutageDecision),
    _change("POST", "split", split, "These reports are another matter: a new outage", OutageSplit),
    _change("POST", "members", move_in, "A message belongs to it, and to no other open outage", OutageMember),
    _change("DELETE", "members/{message_id}", move_out, "A message is about something else, for good"),
)
