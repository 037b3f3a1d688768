"""Messages in over HTTP, and what became of every delivery."""

import hashlib
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.message_in import InvalidMessageError, MessageIn, read_message
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Receipt
from channelhub.store import inbox
from channelhub.store.inbox import Arrival
from channelhub.web.answers import first_message_id, json_answer
from channelhub.web.auth import ANYBODY_KNOWN, INTAKE, PRINCIPAL
from channelhub.web.bodies import MAX_ID, read_body, read_query, require_json
from channelhub.web.intake import problem_of, trust_of
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.security import SECURITY

MAX_MESSAGE_BYTES = 36 * 1024 * 1024  # 25 MiB of files in base64, and the text
POST_PATH = "/api/v1/messages"


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The message is stored and on disk. `duplicate`: it already was."""

    id: str
    duplicate: bool


class MessageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries, oldest first."""

    account: Annotated[str, msgspec.Meta(description="Only this account's.", max_length=64)] = ""
    after: Annotated[
        int, msgspec.Meta(ge=0, le=MAX_ID, description="Only later ones than this: `next`, or the id of an item.")
    ] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 100


class ArrivalItem(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery. `state`: received (waits for the pipeline), processed, or parked (could not be read)."""

    id: str
    account: str
    external_id: str
    message_id: str
    state: str
    received_at: datetime
    size: int


class ArrivalPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null when there is no more now."""

    items: list[ArrivalItem]
    next: str | None


async def post_message(request: web.Request) -> web.Response:
    require_json(request)
    parts = request.app[PARTS]
    body = await read_body(request, max_bytes=MAX_MESSAGE_BYTES)
    raw = raw_from(body, request)
    receipts = await parts.deliver_for(raw.account)([raw])
    receipt = receipts[0]
    if receipt.is_duplicate:
        await _log_difference(parts, receipt, raw)
    accepted = Accepted(id=first_message_id(receipt.inbox_id), duplicate=receipt.is_duplicate)
    return json_answer(accepted, status=202)


def raw_from(body: bytes, request: web.Request) -> RawMessage:
    """The delivery that a posted message is. Raises Problem."""
    parts = request.app[PARTS]
    message = _checked(body)
    trust = trust_of(message.account, request, parts)
    peer = request.app[SECURITY].proxies.peer_address(request)
    return raw_of(message, body, peer=peer, is_tls=parts.is_https, trust=trust)


def raw_of(message: MessageIn, body: bytes, *, peer: str, is_tls: bool, trust: str) -> RawMessage:
    """What is stored of a posted message: its bytes, who sent them, and how far its account is believed."""
    return RawMessage(
        account=message.account,
        delivery_id=message.external_id,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, is_tls=is_tls, extra={"trust": trust}),
        is_backfill=message.backfill,
    )


async def list_messages(request: web.Request) -> web.Response:
    query = read_query(request, MessageQuery)
    principal = request[PRINCIPAL]
    account = query.account or principal.account
    if account and not principal.may_use(account):
        raise Problem(Kind.FORBIDDEN, "This token is for another account.")
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        page = await inbox.page(
            session, after=query.after // MESSAGES_PER_DELIVERY, limit=query.limit, account=account or None
        )
    items = [_item(arrival) for arrival in page]
    return json_answer(ArrivalPage(items=items, next=items[-1].id if len(items) == query.limit else None))


def _checked(body: bytes) -> MessageIn:
    try:
        return read_message(body)
    except InvalidMessageError as exc:
        raise problem_of(exc) from exc


async def _log_difference(parts: WebParts, receipt: Receipt, raw: RawMessage) -> None:
    """A repeated id is a duplicate whatever its body; that the body differs is worth a line."""
    async with parts.store.readers.read() as session:
        first = await inbox.get(session, receipt.inbox_id)
    if first is not None and first.sha256 != hashlib.sha256(raw.body).digest():
        parts.log.warning("message.duplicate_differs", account=raw.account, inbox_id=receipt.inbox_id)


def _item(arrival: Arrival) -> ArrivalItem:
    return ArrivalItem(
        id=first_message_id(arrival.id),
        account=arrival.account,
        external_id=arrival.delivery_id,
        message_id=arrival.message_ref,
        state=arrival.state,
        received_at=arrival.received_at,
        size=arrival.size,
    )


ROUTES = (
    Route(
        method="POST",
        path=POST_PATH,
        handler=post_message,
        roles=INTAKE,
        summary="Bring in a message",
        description="Answers after the message is on disk. Repeat it with the same external_id until a 2xx comes.",
        body=MessageIn,
        answer=Accepted,
        status=202,
        is_repeatable=True,
        problems=(400, 404, 413, 415, 422, 503),
    ),
    Route(
        method="GET",
        path="/api/v1/messages",
        handler=list_messages,
        roles=ANYBODY_KNOWN,
        summary="What came in, oldest first",
        query=MessageQuery,
        answer=ArrivalPage,
        problems=(422,),
    ),
)
