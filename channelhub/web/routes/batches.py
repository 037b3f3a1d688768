"""Many at once: messages, journey events, customers in one request and one commit, each with an answer of its own."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from channelhub.domain.customer_in import MAX_BYTES as MAX_CUSTOMER_BYTES
from channelhub.domain.customer_in import CustomerIn
from channelhub.domain.journey_in import MAX_BYTES as MAX_EVENT_BYTES
from channelhub.domain.journey_in import JourneyEventIn
from channelhub.domain.message_in import MessageIn
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Receipt
from channelhub.web.answers import first_message_id, json_answer
from channelhub.web.auth import INTAKE
from channelhub.web.bodies import read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem, ProblemDocument, document
from channelhub.web.routes import customers_in, journey_events, messages
from channelhub.web.routing import Handler, Route

MAX_ITEMS: Final = 1000
MAX_BYTES: Final = 16 * 1024 * 1024
_CHECKED_AT_ONCE = 50  # then others have a turn
_Many = msgspec.Meta(min_length=1, max_length=MAX_ITEMS, description=f"At most {MAX_ITEMS}.")
RawFrom = Callable[[bytes, web.Request], RawMessage]


class MessageBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages, each as for POST /messages."""

    items: Annotated[list[MessageIn], _Many]


class JourneyEventBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Journey events, each as for POST /journey-events."""

    items: Annotated[list[JourneyEventIn], _Many]


class CustomerBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Customers, each as for POST /customers."""

    items: Annotated[list[CustomerIn], _Many]


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item. 202: it is on disk, as `id`; `duplicate`: it already was. Otherwise `error` says why it
    was refused."""

    status: int
    id: str | None = None
    duplicate: bool = False
    error: ProblemDocument | None = None


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each item, in the order of the request. `accepted`: how many have 202."""

    accepted: int
    items: list[ItemAnswer]


class _Posted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items as the bytes that they are: each is stored as it came, and read as if it came alone."""

    items: Annotated[list[msgspec.Raw], _Many]


def _taking(raw_from: RawFrom, *, max_item_bytes: int) -> Handler:
    async def post_batch(request: web.Request) -> web.Response:
        posted = await read_json(request, _Posted, max_bytes=MAX_BYTES)
        read = []
        for place, item in enumerate(posted.items):
            if place and place % _CHECKED_AT_ONCE == 0:
                await asyncio.sleep(0)
            read.append(_read(bytes(item), request, raw_from, max_item_bytes=max_item_bytes))
        good = [one for one in read if isinstance(one, RawMessage)]
        receipts = iter(await request.app[PARTS].deliver_for(good[0].account)(good) if good else ())
        answers = [_answer(next(receipts) if isinstance(one, RawMessage) else one) for one in read]
        return json_answer(BatchAnswer(accepted=len(good), items=answers), status=207)

    return post_batch


def _read(item: bytes, request: web.Request, raw_from: RawFrom, *, max_item_bytes: int) -> RawMessage | Problem:
    if len(item) > max_item_bytes:
        return Problem(Kind.TOO_LARGE, f"At most {max_item_bytes} bytes are taken for one.")
    try:
        return raw_from(item, request)
    except Problem as exc:
        return exc


def _answer(outcome: Receipt | Problem) -> ItemAnswer:
    if isinstance(outcome, Problem):
        return ItemAnswer(status=outcome.kind.status, error=document(outcome))
    return ItemAnswer(status=202, id=first_message_id(outcome.inbox_id), duplicate=outcome.is_duplicate)


def _route(path: str, what: str, body: Any, raw_from: RawFrom, *, max_item_bytes: int) -> Route:
    return Route(
        method="POST",
        path=f"/api/v1/{path}/batch",
        handler=_taking(raw_from, max_item_bytes=max_item_bytes),
        roles=INTAKE,
        summary=f"Bring in many {what} at once",
        description=f"At most {MAX_ITEMS} and {MAX_BYTES >> 20} MiB. Good ones are stored in one commit; each has an "
        "answer of its own, and a bad one does no harm to the others. With 503 none is stored.",
        body=body,
        answer=BatchAnswer,
        status=207,
        is_repeatable=True,
        problems=(400, 413, 415, 422, 503),
    )


ROUTES = (
    _route("messages", "messages", MessageBatch, messages.raw_from, max_item_bytes=MAX_BYTES),
    _route(
        "journey-events", "journey events", JourneyEventBatch, journey_events.raw_from, max_item_bytes=MAX_EVENT_BYTES
    ),
    _route("customers", "customers", CustomerBatch, customers_in.raw_from, max_item_bytes=MAX_CUSTOMER_BYTES),
)
