"""Answers to customers: queued in the conversation, sent to the identity that wrote."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import replies
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

MAX_KEY_CHARS = 200


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to answer. With an Idempotency-Key header the same request again sends nothing twice."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]


class ReplyQueued(msgspec.Struct, frozen=True, kw_only=True):
    """The id of the message on the timeline; its state there says what became of it."""

    id: str


async def reply(request: web.Request) -> web.Response:
    conversation_id = path_id(request)
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY_CHARS or not key.isascii() or (key and not key.isprintable()):
        raise Problem(
            Kind.INVALID,
            f"Idempotency-Key has at most {MAX_KEY_CHARS} visible ASCII characters.",
            errors={"Idempotency-Key": "not usable"},
        )
    body = await read_json(request, Reply)
    if not body.text.strip():
        raise Problem(Kind.INVALID, "text: must have a visible character", errors={"text": "is blank"})
    message_id = await replies.reply(
        request.app[PARTS].acting, request[PRINCIPAL].actor, conversation_id, body.text, idempotency_key=key
    )
    return json_answer(ReplyQueued(id=str(message_id)), status=202)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/conversations/{id}/replies",
        handler=reply,
        summary="Answer in a conversation",
        body=Reply,
        answer=ReplyQueued,
        status=202,
        problems=(400, 404, 409, 415, 422, 503),
    ),
)
