"""Answers to customers: queued in the conversation, sent to the identity that wrote."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.content.filenames import label
from channelhub.domain.outbound import OutgoingFile
from channelhub.pipeline.commands import replies
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

MAX_KEY_CHARS = 200
MAX_REPLY_BYTES = 25 * 1024 * 1024  # the files in base64, and the text


class ReplyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that goes with the answer."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    content_type: Annotated[str, msgspec.Meta(max_length=127)] = "application/octet-stream"
    content: Annotated[bytes, msgspec.Meta(min_length=1, description="Base64.")]


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to answer. With an Idempotency-Key header the same request again sends nothing twice."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    attachments: Annotated[
        list[ReplyFile],
        msgspec.Meta(
            max_length=replies.MAX_FILES,
            description=f"At most {replies.MAX_FILES_BYTES >> 20} MiB together, where the channel takes files.",
        ),
    ] = []


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
    body = await read_json(request, Reply, max_bytes=MAX_REPLY_BYTES)
    if sum(len(one.content) for one in body.attachments) > replies.MAX_FILES_BYTES:
        raise Problem(Kind.TOO_LARGE, f"Files have at most {replies.MAX_FILES_BYTES >> 20} MiB together.")
    if not body.text.strip():
        raise Problem(Kind.INVALID, "text: must have a visible character", errors={"text": "is blank"})
    message_id = await replies.reply(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        conversation_id,
        body.text,
        files=[_file(one) for one in body.attachments],
        idempotency_key=key,
    )
    return json_answer(ReplyQueued(id=str(message_id)), status=202)


def _file(one: ReplyFile) -> OutgoingFile:
    return OutgoingFile(
        filename=label(one.filename) or "file",
        content_type=one.content_type.lower(),
        size=len(one.content),
        sha256="",
        content=one.content,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/conversations/{id}/replies",
        handler=reply,
        summary="Answer in a conversation",
        body=Reply,
        answer=ReplyQueued,
        status=202,
        is_repeatable=True,
        problems=(400, 404, 409, 413, 415, 422, 503),
    ),
)
