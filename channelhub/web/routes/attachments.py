"""Files that messages only named: which aren't here, and another try."""

from typing import Annotated, Literal

import msgspec
from aiohttp import web

from channelhub.domain.media import MediaState
from channelhub.pipeline.commands import attachments as commands
from channelhub.store import media
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import attachments as views

FIRST = (0, -1)


class NamedFileQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which files."""

    status: Annotated[Literal["pending", "refused", "failed"], msgspec.Meta(description="How it stands with them.")] = (
        "failed"
    )
    account: Annotated[str, msgspec.Meta(max_length=63, description="Of this account only.")] = ""
    after: Annotated[
        str,
        msgspec.Meta(max_length=40, pattern=r"^([0-9]{1,19}\.[0-9]{1,9})?\Z", description="`next` of the page before."),
    ] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


async def page(request: web.Request) -> web.Response:
    query = read_query(request, NamedFileQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await media.page(
            session,
            state=MediaState(query.status),
            account=query.account,
            after=_place(query.after),
            limit=query.limit,
        )
    return json_answer(views.page(found, limit=query.limit))


async def retry(request: web.Request) -> web.Response:
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    again = await commands.retry(acting, actor, path_id(request), path_id(request, "n"))
    return json_answer(views.named_file(again), status=202)


def _place(after: str) -> tuple[int, int]:
    if not after:
        return FIRST
    message_id, _, n = after.partition(".")
    if int(message_id) > MAX_ID:
        raise Problem(Kind.INVALID, "`after` is no place in this list.", errors={"after": "is too large"})
    return int(message_id), int(n)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/attachments",
        handler=page,
        summary="Files that messages only named and that aren't here",
        query=NamedFileQuery,
        answer=views.NamedFilePage,
        problems=(422,),
    ),
    Route(
        method="POST",
        path="/api/v1/messages/{id}/attachments/{n}/retry",
        handler=retry,
        summary="Fetch a file again that isn't here",
        answer=views.NamedFileView,
        status=202,
        problems=(404, 409, 503),
    ),
)
