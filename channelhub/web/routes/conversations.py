"""Answers to customers: queued in the conversation, sent to the identity that wrote."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.content.filenames import label
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.commands import beginning, replies
from channelhub.pipeline.commands.acting import Acting
from channelhub.store import conversations
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import checked_text, path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import ways as views

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


class Beginning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A first message. Mail may be written first; messengers let us answer only who wrote."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=400, description="As email:ann@example.com.")]
    account: Annotated[
        str, msgspec.Meta(max_length=64, description="Which sends it; may be left out where only one sends mail.")
    ] = ""
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="One line.")]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    attachments: Annotated[list[ReplyFile], msgspec.Meta(max_length=replies.MAX_FILES)] = []


class ConversationBegun(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the message on the timeline, whose state there says what became of it."""

    id: str
    conversation_id: str


class ReplyQueued(msgspec.Struct, frozen=True, kw_only=True):
    """The id of the message on the timeline; its state there says what became of it."""

    id: str


async def get(request: web.Request) -> web.Response:
    acting, conversation_id = request.app[PARTS].acting, path_id(request)
    async with acting.store.readers.read() as session:
        return json_answer(await conversation_view(session, acting, conversation_id))


async def conversation_view(session: Session, acting: Acting, conversation_id: int) -> views.ConversationView:
    """Raises Problem (404) where there is none."""
    known = conversations.present(await conversations.get_many(session, [conversation_id]), conversation_id)
    if known is None:
        raise Problem(Kind.NOT_FOUND, "There is no such conversation.")
    here, elsewhere = await windows.answering(session, acting.book(), known, now_us=to_us(acting.now()))
    return views.conversation(here, elsewhere, rule=windows.RULE)


async def reply(request: web.Request) -> web.Response:
    conversation_id = path_id(request)
    key = _key(request)
    body = await read_json(request, Reply, max_bytes=MAX_REPLY_BYTES)
    _check(body)
    message_id = await replies.reply(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        conversation_id,
        body.text,
        files=[_file(one) for one in body.attachments],
        idempotency_key=key,
    )
    return json_answer(ReplyQueued(id=str(message_id)), status=202)


async def typing(request: web.Request) -> web.Response:
    parts, conversation_id = request.app[PARTS], path_id(request)
    async with parts.store.readers.read() as session:
        known = conversations.present(await conversations.get_many(session, [conversation_id]), conversation_id)
    if known is None:
        raise Problem(Kind.NOT_FOUND, "There is no such conversation.")
    parts.typing(known.account, known.key)
    return web.Response(status=204)


async def begin(request: web.Request) -> web.Response:
    key = _key(request)
    body = await read_json(request, Beginning, max_bytes=MAX_REPLY_BYTES)
    _check(body)
    subject = " ".join(body.subject.split())
    if not subject:
        raise Problem(Kind.INVALID, "subject: must have a visible character", errors={"subject": "is blank"})
    parts = request.app[PARTS]
    if body.account and parts.account(body.account) is None:
        raise Problem(Kind.UNKNOWN_ACCOUNT, f"No account is named {body.account!r} in the configuration.")
    begun = await beginning.begin(
        parts.acting,
        request[PRINCIPAL].actor,
        checked_text(body.to, "to"),
        subject,
        body.text,
        account=body.account,
        files=[_file(one) for one in body.attachments],
        idempotency_key=key,
    )
    made = ConversationBegun(id=str(begun.message_id), conversation_id=str(begun.conversation_id))
    return json_answer(made, status=202)


def _key(request: web.Request) -> str:
    """The Idempotency-Key. Raises Problem."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY_CHARS or not key.isascii() or (key and not key.isprintable()):
        raise Problem(
            Kind.INVALID,
            f"Idempotency-Key has at most {MAX_KEY_CHARS} visible ASCII characters.",
            errors={"Idempotency-Key": "not usable"},
        )
    return key


def _check(body: Reply | Beginning) -> None:
    """Raises Problem for what is too large or blank."""
    if sum(len(one.content) for one in body.attachments) > replies.MAX_FILES_BYTES:
        raise Problem(Kind.TOO_LARGE, f"Files have at most {replies.MAX_FILES_BYTES >> 20} MiB together.")
    if not body.text.strip():
        raise Problem(Kind.INVALID, "text: must have a visible character", errors={"text": "is blank"})


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
        method="GET",
        path="/api/v1/conversations/{id}",
        handler=get,
        summary="A conversation, and until when it can be answered",
        description="`reply` says whether answers are taken now, until when and why; `elsewhere` offers the next "
        "address of the same customer where this one is hindered. Nothing is ever sent there by itself.",
        answer=views.ConversationView,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/api/v1/conversations",
        handler=begin,
        summary="Begin a conversation: write first to an address",
        description="Only mail can be written first. 409 says why another address or account can't be: messengers let "
        "us answer who wrote before. What the customer answers comes into this conversation.",
        body=Beginning,
        answer=ConversationBegun,
        status=202,
        is_repeatable=True,
        problems=(400, 404, 409, 413, 415, 422, 503),
    ),
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
    Route(
        method="POST",
        path="/api/v1/conversations/{id}/typing",
        handler=typing,
        summary="Say that somebody writes an answer",
        description="The customer sees it for six seconds where the channel can show it (the web chat); elsewhere "
        "nothing happens. Nothing of it is stored.",
        status=204,
        is_repeatable=True,
        problems=(404,),
    ),
)
