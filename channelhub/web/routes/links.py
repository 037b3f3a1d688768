"""Links between identities: made, settled from suggestions, taken apart again."""

from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import people as commands
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.customers import load
from channelhub.web.routing import Handler, Route
from channelhub.web.views import people as views


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Join this customer with the one of another identity; or accept or reject a suggestion."""

    identity_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z", description="Of the other customer.")] = ""
    suggestion_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z", description="Instead of identity_id.")] = ""
    accept: Annotated[bool, msgspec.Meta(description="false: the suggestion is wrong, don't show it again.")] = True
    reason: Annotated[str, msgspec.Meta(max_length=200, description="Why, for the record.")] = ""


class LinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The link's id, for DELETE /links/{id}; null when a suggestion was rejected."""

    id: str | None


class Unlinked(msgspec.Struct, frozen=True, kw_only=True):
    """`suggestion_id` is open again, where its acceptance was taken back. By `still_joined_by`, from one end to the
    other, the two are one customer still: DELETE /identities/{id}/links takes one of them out."""

    suggestion_id: str | None
    still_joined_by: list[views.LinkView]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """The customer that an identity was taken out of, or is in again, as it is now."""

    customer_id: str


async def link(request: web.Request) -> web.Response:
    customer_id = path_id(request)
    body = await read_json(request, LinkRequest)
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    if bool(body.identity_id) == bool(body.suggestion_id):
        raise Problem(Kind.INVALID, "Send either identity_id or suggestion_id.", errors={"identity_id": "or the other"})
    if body.identity_id:
        async with parts.store.readers.read() as session:
            own = await load(session, customer_id, limit=1)
        made = await commands.link(
            parts.acting, actor, own.customer_id, _number(body.identity_id, "identity_id"), reason=body.reason
        )
        return json_answer(LinkMade(id=str(made)), status=201)
    suggestion_id = _number(body.suggestion_id, "suggestion_id")
    async with parts.store.readers.read() as session:
        card = await load(session, customer_id, limit=1)
    if suggestion_id not in {one.id for one in card.suggestions}:
        raise Problem(Kind.NOT_FOUND, "This customer has no such open suggestion.")
    if not body.accept:
        await commands.reject(parts.acting, actor, suggestion_id, customer_id=card.customer_id)
        return json_answer(LinkMade(id=None), status=201)
    made = await commands.accept(parts.acting, actor, suggestion_id, customer_id=card.customer_id)
    return json_answer(LinkMade(id=str(made)), status=201)


async def unlink(request: web.Request) -> web.Response:
    done = await commands.unlink(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(
        Unlinked(
            suggestion_id=None if done.reopened is None else str(done.reopened),
            still_joined_by=[views.link(one) for one in done.still_joined_by],
        )
    )


async def take_out(request: web.Request) -> web.Response:
    identity_id = path_id(request)
    left_id = await commands.take_out(request.app[PARTS].acting, request[PRINCIPAL].actor, identity_id)
    return json_answer(Placed(customer_id=str(left_id)))


async def put_back(request: web.Request) -> web.Response:
    customer_id = await commands.put_back(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(Placed(customer_id=str(customer_id)))


def _number(text: str, field: str) -> int:
    if int(text) > MAX_ID:
        raise Problem(Kind.NOT_FOUND, f"Nothing has this {field}.")
    return int(text)


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, **more)


ROUTES = (
    _route(
        "POST",
        "/customers/{id}/links",
        link,
        "Join customers, or settle a suggestion",
        body=LinkRequest,
        answer=LinkMade,
        status=201,
        problems=(400, 404, 409, 415, 422, 503),
    ),
    _route("DELETE", "/links/{id}", unlink, "Take two identities apart", answer=Unlinked, problems=(404, 503)),
    _route(
        "DELETE",
        "/identities/{id}/links",
        take_out,
        "Take an identity out of its customer",
        answer=Placed,
        problems=(404, 409, 503),
    ),
    _route(
        "POST",
        "/identities/{id}/links",
        put_back,
        "Put an identity that was taken out back",
        answer=Placed,
        problems=(404, 503),
    ),
)
