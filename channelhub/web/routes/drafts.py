"""Answers that are being written: kept for who writes them, and told to colleagues while they do."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import from_us
from channelhub.pipeline.commands import drafts as commands
from channelhub.pipeline.commands.replies import MAX_CHARS
from channelhub.store import conversations, drafts
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import AGENT, PRINCIPAL
from channelhub.web.bodies import checked_text, path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.presence import PRESENCE
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.stream import FEED
from channelhub.web.routing import Route


class DraftIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words so far; blank ones take the draft away."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_CHARS)]
    key: Annotated[
        str, msgspec.Meta(max_length=64, description="The key of the answer: one that was sent by it has no draft.")
    ] = ""


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """Own words that were not sent."""

    conversation_id: str
    text: str
    changed_at: datetime


class WriterView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has the answer open."""

    name: str
    since: datetime


class WritersView(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes an answer in a conversation now, whoever asks among them."""

    conversation_id: str
    writers: list[WriterView]


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        conversation_id = await known_id(session, path_id(request))
        found = await drafts.get(session, conversation_id, request[PRINCIPAL].name)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "Nothing is kept of an answer of yours in this conversation.")
    return json_answer(
        DraftView(conversation_id=str(conversation_id), text=found.text, changed_at=from_us(found.changed_us))
    )


async def put(request: web.Request) -> web.Response:
    body = await read_json(request, DraftIn)
    acting, author = request.app[PARTS].acting, request[PRINCIPAL].name
    text = checked_text(body.text, "text")
    conversation_id = await commands.save(acting, author, path_id(request), text, key=body.key)
    if text.strip():
        await tell(request, conversation_id)
    return web.Response(status=204)


async def remove(request: web.Request) -> web.Response:
    conversation_id = await commands.save(request.app[PARTS].acting, request[PRINCIPAL].name, path_id(request), "")
    await tell(request, conversation_id, is_writing=False)
    return web.Response(status=204)


async def writing(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        conversation_id = await known_id(session, path_id(request))
    return json_answer(await tell(request, conversation_id))


async def known_id(session: Session, asked_id: int) -> int:
    """The conversation that an id names today. Raises Problem (404)."""
    known = conversations.present(await conversations.get_many(session, [asked_id]), asked_id)
    if known is None:
        raise Problem(Kind.NOT_FOUND, "There is no such conversation.")
    return known.id


async def tell(request: web.Request, conversation_id: int, *, is_writing: bool = True) -> WritersView:
    """Note that whoever asks writes, or no longer does, and tell every live stream who writes there."""
    presence, name = request.app[PRESENCE], request[PRINCIPAL].name
    if is_writing:
        presence.writes(conversation_id, name)
    else:
        presence.stops(conversation_id, name)
    view = WritersView(
        conversation_id=str(conversation_id),
        writers=[WriterView(name=one.name, since=one.since) for one in presence.there(conversation_id)],
    )
    await request.app[FEED].tell(b"event: conversation.writing\ndata: %s\n\n" % msgspec.json.encode(view))
    return view


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/conversations/{id}/draft",
        handler=get,
        roles=AGENT,
        summary="My unsent answer",
        answer=DraftView,
        problems=(404,),
    ),
    Route(
        method="PUT",
        path="/api/v1/conversations/{id}/draft",
        handler=put,
        roles=AGENT,
        summary="Keep my unsent answer",
        description="One for each conversation and person; it goes when the answer is sent, or 90 days after the last "
        "change. Colleagues see for half a minute that somebody writes.",
        body=DraftIn,
        status=204,
        is_repeatable=True,
        problems=(400, 404, 413, 415, 422, 503),
    ),
    Route(
        method="DELETE",
        path="/api/v1/conversations/{id}/draft",
        handler=remove,
        roles=AGENT,
        summary="Throw my unsent answer away",
        status=204,
        problems=(404, 503),
    ),
    Route(
        method="POST",
        path="/api/v1/conversations/{id}/writing",
        handler=writing,
        roles=AGENT,
        summary="Say to colleagues that I write an answer, and see who else does",
        description="Remembered for 30 seconds, in memory only. Live streams get `conversation.writing`, which has no "
        "id and is not resumed. Customers are not told: that is `typing`.",
        answer=WritersView,
        is_repeatable=True,
        problems=(404,),
    ),
)
