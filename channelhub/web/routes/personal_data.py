"""Customers are erased, and what is left of that: a receipt."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from channelhub.domain.times import from_us
from channelhub.pipeline.commands import erasing as commands
from channelhub.store import erasures
from channelhub.store.erasures import Erasure
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route

NEWEST = 100


class ErasureRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erase a customer with every identity linked to them. It can't be undone."""

    confirm: Annotated[
        str, msgspec.Meta(max_length=400, description="One of their addresses or names, as the card shows it.")
    ] = ""
    dry_run: Annotated[bool, msgspec.Meta(description="Only say what would go; needs no confirm.")] = False


class ErasureAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`id` names the receipt; null for a dry run. What goes: these addresses, and so many entries of the timeline."""

    id: str | None
    identities: list[str]
    entries: int


class ErasureQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which receipts."""

    state: Annotated[
        Literal["any", "open", "not-compact"],
        msgspec.Meta(
            description="Those that aren't done, or that are done without the file having been written anew since: "
            "the oldest first. Else the newest first."
        ),
    ] = "any"


class ErasureView(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt: nothing in it says whose data it was."""

    id: str
    state: Annotated[str, msgspec.Meta(description="What is being done, in order; at last `done`.")]
    waits: Annotated[str, msgspec.Meta(description="Why it can't go on just now; empty where it does.")]
    actor: str
    asked_at: datetime
    done_at: datetime | None
    compact: Annotated[
        bool,
        msgspec.Meta(description="The file was written anew since. If not, it is large: `channelhub erase --compact`."),
    ]
    counts: Annotated[dict[str, int], msgspec.Meta(description="What went: messages, deliveries, files, events, …")]


class ErasureList(msgspec.Struct, frozen=True, kw_only=True):
    """A hundred receipts at most."""

    items: list[ErasureView]


def view(one: Erasure, why: Mapping[int, str] = MappingProxyType({})) -> ErasureView:
    """A receipt. `why` erasures can't go on just now, by their ids."""
    return ErasureView(
        id=str(one.id),
        state=str(one.step),
        waits=why.get(one.id, ""),
        actor=one.actor,
        asked_at=from_us(one.asked_us),
        done_at=from_us(one.done_us) if one.done_us is not None else None,
        compact=one.is_compact,
        counts=dict(one.counts),
    )


def as_json(one: Erasure) -> dict[str, Any]:
    """A receipt as the API answers it."""
    found: dict[str, Any] = msgspec.to_builtins(view(one))
    return found


async def erase(request: web.Request) -> web.Response:
    customer_id = path_id(request)
    body = await read_json(request, ErasureRequest)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        found = await commands.preview(session, customer_id)
    made = None
    if not body.dry_run:
        actor = request[PRINCIPAL].actor
        made = await commands.erase(parts.acting, actor, customer_id, confirm=body.confirm)
    asked = ErasureAsked(
        id=None if made is None else str(made.id),
        identities=[f"{one.key.kind}:{one.shown}" for one in found.identities],
        entries=found.entries,
    )
    return json_answer(asked, status=202)


async def get(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        one = await erasures.get(session, path_id(request))
    if one is None:
        raise Problem(Kind.NOT_FOUND, "No erasure has this id.")
    return json_answer(view(one, parts.erasures_wait()))


async def listed(request: web.Request) -> web.Response:
    parts, query = request.app[PARTS], read_query(request, ErasureQuery)
    async with parts.store.readers.read() as session:
        found = await _FOUND[query.state](session, limit=NEWEST)
    why = parts.erasures_wait()
    return json_answer(ErasureList(items=[view(one, why) for one in found]))


_FOUND = {"any": erasures.newest, "open": erasures.open_ones, "not-compact": erasures.not_compact}


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, roles=ADMIN, **more)


ROUTES = (
    _route(
        "POST",
        "/customers/{id}/erasure",
        erase,
        "Erase a customer",
        body=ErasureRequest,
        answer=ErasureAsked,
        status=202,
        is_answer_secret=True,
        problems=(400, 404, 409, 415, 422, 503),
    ),
    _route("GET", "/erasures", listed, "Receipts of erasures", query=ErasureQuery, answer=ErasureList, problems=(422,)),
    _route("GET", "/erasures/{id}", get, "The receipt of an erasure", answer=ErasureView, problems=(404,)),
)
