"""Sending again what failed or may have arrived: a person's decision."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import resending as commands
from channelhub.web.answers import json_answer
from channelhub.web.auth import LEAD, PRINCIPAL
from channelhub.web.bodies import MAX_ID, decode, path_id, read_body, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.notices import read_detail
from channelhub.web.routing import Route
from channelhub.web.views import notices as views

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]


class Resend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which messages of the notice, by `message_id` of its `troubled`: all are sent again, or none."""

    messages: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=commands.MOST)]


class SentAgain(msgspec.Struct, frozen=True, kw_only=True):
    """The message waits to be sent. What becomes of it shows on its timeline."""

    id: str
    state: str


class Again(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's word about a message of which nobody knows whether it arrived. May be left out for failed ones."""

    may_arrive_twice: Annotated[bool, msgspec.Meta(description="Needed for an uncertain message.")] = False


async def message(request: web.Request) -> web.Response:
    message_id = path_id(request)
    body = await read_body(request)
    again = decode(body, Again) if body else Again()
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    await commands.send_again(acting, actor, message_id, may_arrive_twice=again.may_arrive_twice)
    return json_answer(SentAgain(id=str(message_id), state="queued"), status=202)


async def notice(request: web.Request) -> web.Response:
    notice_id = path_id(request)
    body = await read_json(request, Resend)
    ids = [int(one) for one in body.messages]
    if max(ids) > MAX_ID:
        raise Problem(Kind.INVALID, "An id is too large.", errors={"messages": "is no id"})
    acting = request.app[PARTS].acting
    await commands.send_notice_again(acting, request[PRINCIPAL].actor, notice_id, ids)
    return json_answer(await read_detail(acting, notice_id))


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/messages/{id}/send-again",
        handler=message,
        summary="Send a message of ours again that failed or may have arrived",
        description="The same message goes out, with all of its tries; nothing ever goes out again without a person. "
        "409 says why it can't: it is on its way, its conversation takes no answer any more, or it is uncertain and "
        "nobody said `may_arrive_twice`.",
        body=Again,
        answer=SentAgain,
        status=202,
        problems=(400, 404, 409, 413, 422, 503),
    ),
    Route(
        method="POST",
        path="/api/v1/notices/{id}/resend",
        handler=notice,
        roles=LEAD,
        summary="Send some messages of a notice again that failed or may have arrived",
        body=Resend,
        answer=views.NoticeDetail,
        problems=(400, 404, 409, 413, 415, 422, 503),
    ),
)
