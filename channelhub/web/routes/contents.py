"""One message in full, its bytes as they came, and its files: always as downloads, never shown by a browser."""

import asyncio

from aiohttp import web

from channelhub.domain.inbound import Direction
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY, OWN_PLACE
from channelhub.pipeline.linked import linked
from channelhub.store import (
    albums,
    delivery_reports,
    inbox,
    media,
    message_texts,
    messages,
    outages,
    outbox,
    parking,
    people,
)
from channelhub.store.blobs import BlobMissing
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import AGENT
from channelhub.web.bodies import path_id
from channelhub.web.downloads import download_headers, send_stored, unreadable
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import messages as views


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await load(session, path_id(request)))


async def raw(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    message_id = path_id(request)
    async with parts.store.readers.read() as session:
        known = await messages.get(session, message_id)
        stored = await inbox.get(session, known.inbox_id if known else message_id // MESSAGES_PER_DELIVERY)
    if stored is None or (known is not None and message_id % MESSAGES_PER_DELIVERY == OWN_PLACE):
        raise Problem(Kind.NOT_FOUND, "No delivery has brought this message.")
    if stored.is_erased:
        raise Problem(Kind.NOT_FOUND, "What this delivery brought was erased.")
    body = await _blob(parts, stored.blob) if stored.blob else stored.raw.body
    ending = "eml" if stored.raw.content_type == "message/rfc822" else "bin"
    return download(body, f"{message_id}.{ending}", "application/octet-stream")


async def attachment(request: web.Request) -> web.StreamResponse:
    parts = request.app[PARTS]
    n = path_id(request, "n")
    async with parts.store.readers.read() as session:
        found = await messages.attachments(session, path_id(request))
    if n >= len(found):
        raise Problem(Kind.NOT_FOUND, "This message has no such file.")
    if not found[n].sha256:
        raise Problem(
            Kind.NOT_FOUND, "This file isn't here: the channel only named it. Its message says what became of it."
        )
    headers = download_headers(found[n].filename, "application/octet-stream")
    return await send_stored(request, found[n].sha256, headers)


async def load(session: Session, message_id: int) -> views.MessageView:
    """The message, or what is known of the delivery while it waits or is parked. Raises Problem (404)."""
    known = await messages.get(session, message_id)
    if known is None:
        return await _delivery(session, message_id)
    owner = (await people.identities(session, [known.identity_id])).get(known.identity_id)
    is_ours = known.direction == Direction.OUT
    return views.message(
        known,
        customer_id=owner.customer_id if owner else None,
        versions=(await message_texts.of_messages(session, [message_id])).get(message_id, []),
        attachments=await messages.attachments(session, message_id),
        media=await media.of_message(session, message_id),
        sources=await messages.sources(session, message_id),
        outages=await outages.of_message(session, message_id),
        sent=await outbox.of_message(session, message_id) if is_ours else None,
        reports=await delivery_reports.of_message(session, message_id) if is_ours else (),
        linked=await linked(session, known.conversation_id) if known.conversation_id else (),
        album=await _album(session, message_id),
    )


async def _album(session: Session, message_id: int) -> list[views.AlbumPartView]:
    """All parts of the album that a message belongs to, itself among them; empty where it stands by itself."""
    ids = await albums.around(session, message_id)
    if len(ids) < 2:
        return []
    stored = await messages.get_many(session, ids)
    versions = await message_texts.of_messages(session, ids)
    return [
        views.album_part(
            stored[one],
            versions.get(one, []),
            await messages.attachments(session, one),
            await media.of_message(session, one),
        )
        for one in ids
    ]


async def _delivery(session: Session, message_id: int) -> views.MessageView:
    """A delivery by the id of its first message. One that only repeated a message shows that message."""
    inbox_id, place = divmod(message_id, MESSAGES_PER_DELIVERY)
    stored = await inbox.get(session, inbox_id) if place == 0 else None
    if stored is None:
        raise Problem(Kind.NOT_FOUND, "No message has this id.")
    carried = await messages.of_inbox(session, inbox_id)
    if carried:
        return await load(session, carried[0])
    parked = await parking.one(session, inbox_id)
    is_waiting = bool(await inbox.still_pending(session, [inbox_id]))
    return views.MessageView(
        id=str(message_id),
        state="parked" if parked else "received" if is_waiting else "processed",
        account=stored.raw.account,
        external_id=stored.raw.delivery_id,
        message_id=stored.raw.envelope.message_id,
        received_at=stored.received_at,
        parked=views.parked(parked) if parked else None,
    )


def download(content: bytes, filename: str, content_type: str) -> web.Response:
    """Bytes of a stranger as a file to save (RFC 6266), inert in every browser."""
    return web.Response(body=content, headers=download_headers(filename, content_type))


async def _blob(parts: WebParts, name: str) -> bytes:
    try:
        return await asyncio.to_thread(parts.store.blobs.get, name)
    except BlobMissing as exc:
        raise unreadable(parts, name) from exc


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/messages/{id}",
        handler=get,
        summary="A message in full",
        answer=views.MessageView,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/api/v1/messages/{id}/raw",
        handler=raw,
        roles=AGENT,
        summary="The delivery's bytes as they came",
        media_type="application/octet-stream",
        problems=(404, 503),
    ),
    Route(
        method="GET",
        path="/api/v1/messages/{id}/attachments/{n}",
        handler=attachment,
        summary="A file of a message",
        media_type="application/octet-stream",
        problems=(404, 503),
    ),
)
