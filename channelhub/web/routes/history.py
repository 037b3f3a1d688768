"""Messages kept in files (mailboxes of before) come in as history, one file's bytes a request."""

import asyncio
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import MAX_HELD_ASKED
from channelhub.sdk.errors import Unparseable
from channelhub.store import inbox
from channelhub.web.answers import first_message_id, json_answer
from channelhub.web.auth import INTAKE, PRINCIPAL
from channelhub.web.bodies import checked_text, read_body, read_json
from channelhub.web.parts import PARTS, History, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.messages import Accepted
from channelhub.web.routing import Route

MAX_BYTES = 36 * 1024 * 1024
MEDIA_TYPE = "message/rfc822"
MOST_WAITING = 1000  # deliveries before the pipeline, so that what arrives meanwhile is read within seconds
PATIENCE_S = 20.0
LARGE_BYTES = 256 * 1024  # digesting more than this would hold up others


class HeldRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ids of deliveries, as `external_id` in the list of what came in."""

    ids: Annotated[list[Annotated[str, msgspec.Meta(max_length=500)]], msgspec.Meta(max_length=MAX_HELD_ASKED)]


class HeldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Those of them that are stored."""

    held: list[str]


async def which_are_held(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    name = request.match_info["account"]
    _reader(name, request, parts)
    asked = await read_json(request, HeldRequest)
    async with parts.store.readers.read() as session:
        found = await inbox.held(session, name, [checked_text(one, "ids") for one in asked.ids])
    return json_answer(HeldAnswer(held=sorted(found)))


async def bring_in(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    name = request.match_info["account"]
    read = _reader(name, request, parts)
    if request.content_type != MEDIA_TYPE:
        raise Problem(Kind.MEDIA_TYPE, f"Send one mail as it is in its file, with Content-Type: {MEDIA_TYPE}.")
    body = await read_body(request, max_bytes=MAX_BYTES)
    raw = await _raw(read, name, body)
    await _room(parts)
    receipts = await parts.deliver_for(name)([raw])
    return json_answer(
        Accepted(id=first_message_id(receipts[0].inbox_id), duplicate=receipts[0].is_duplicate), status=202
    )


def _reader(name: str, request: web.Request, parts: WebParts) -> History:
    if not request[PRINCIPAL].may_use(name):
        raise Problem(Kind.FORBIDDEN, "This token is for another account.")
    account = parts.account(name)
    if account is None:
        raise Problem(Kind.UNKNOWN_ACCOUNT, f"No account is named {name!r} in the configuration.")
    read = parts.history_of(name)
    if read is None:
        raise Problem(Kind.INVALID, f"{name} is of kind {account.kind}, which keeps no messages in files.")
    return read


async def _raw(read: History, name: str, body: bytes) -> RawMessage:
    try:
        if len(body) > LARGE_BYTES:
            return await asyncio.to_thread(read, name, body)
        return read(name, body)
    except Unparseable as exc:
        raise Problem(Kind.INVALID, str(exc)) from exc


async def _room(parts: WebParts) -> None:
    """Wait until the pipeline has caught up: history must not stand before what arrives now. Raises Problem (503)."""
    processed = parts.acting.written
    loop = asyncio.get_running_loop()
    until_s = loop.time() + PATIENCE_S
    while True:
        heard = processed.rings
        async with parts.store.readers.read() as session:
            waiting = await inbox.oldest_pending(session, limit=MOST_WAITING)
        if len(waiting) < MOST_WAITING:
            return
        left_s = until_s - loop.time()
        if left_s <= 0:
            raise Problem(Kind.UNAVAILABLE, "Others wait to be read first; try again.", headers={"Retry-After": "5"})
        await processed.wait(heard, timeout_s=left_s)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/import/{account}",
        handler=bring_in,
        roles=INTAKE,
        summary="Bring in a mail of before, as it is in its file",
        description="The mail enters the timeline at its own time; it opens no incident, is not answered and raises no "
        "outage, unless it was sent within the last 24 hours. The same mail again, also by SMTP, is a duplicate. "
        "Answers after the mail is on disk, and waits while many deliveries are still to be read.",
        body_media_type=MEDIA_TYPE,
        answer=Accepted,
        status=202,
        is_repeatable=True,
        problems=(404, 413, 415, 422, 503),
    ),
    Route(
        method="POST",
        path="/api/v1/import/{account}/held",
        handler=which_are_held,
        roles=INTAKE,
        summary="Which mails of before are there already",
        body=HeldRequest,
        answer=HeldAnswer,
        problems=(400, 404, 413, 415, 422),
    ),
)
