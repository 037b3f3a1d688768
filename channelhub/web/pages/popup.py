"""A card by its address: what a telephone system opens when it rings, and what a CRM shows in a frame.

Who is signed in is led to the customer's page; in a frame, and with a signed address, the card is shown read-only,
without forms and cookies. Which sites may frame it says `[http] frame_ancestors`.
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.card import lookup
from channelhub.pipeline.looking import Look
from channelhub.rules import card_links
from channelhub.rules.card_links import MAX_IDENTITY
from channelhub.store import outages
from channelhub.web.auth import PUBLIC, READ
from channelhub.web.bodies import read_query
from channelhub.web.headers import framed_policy
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.routes import customers
from channelhub.web.routing import Handler, Route
from channelhub.web.views import people

SHOWN = Look(limit=10)
CARD_WITHIN_S = 5.0  # somebody who calls for the first time is known so soon
CARD_AGAIN_S = 0.1


class IdentityQuery(msgspec.Struct, frozen=True, kw_only=True):
    identity: Annotated[str, msgspec.Meta(min_length=3, max_length=MAX_IDENTITY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Popup:
    """The card; without it nobody has the identity, or the signed address holds no longer."""

    card: people.CardView | None = None
    identity: str = ""
    is_over: bool = False
    may_search: bool = False


async def by_identity(request: web.Request) -> web.StreamResponse:
    identity = read_query(request, IdentityQuery).identity
    parts = request.app[PARTS]
    found = await _customer(parts, identity)
    if found is not None and request.headers.get("Sec-Fetch-Dest") not in ("iframe", "frame"):
        raise web.HTTPSeeOther(f"/customers/{found}")
    return await _show(request, identity, found, may_search=True)


async def by_token(request: web.Request) -> web.StreamResponse:
    parts = request.app[PARTS]
    link = card_links.read(request.match_info["token"], secret=parts.acting.book().secret)
    if link is None or link.until_s <= parts.acting.now().timestamp():
        return _page(request, Popup(is_over=True))
    return await _show(request, link.identity, await _customer(parts, link.identity), may_search=False)


async def _customer(parts: WebParts, identity: str) -> int | None:
    """Who has an identity. Of somebody who calls for the first time the card is made while this waits, for a moment."""
    until = asyncio.get_running_loop().time() + CARD_WITHIN_S
    while True:
        async with parts.store.readers.read() as session:
            found = await lookup(session, identity, default_region=parts.default_region)
        if found is not None or asyncio.get_running_loop().time() >= until:
            return found
        await asyncio.sleep(CARD_AGAIN_S)


async def _show(request: web.Request, identity: str, customer_id: int | None, *, may_search: bool) -> web.Response:
    if customer_id is None:
        return _page(request, Popup(identity=identity, may_search=may_search))
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        card = await customers.load(session, customer_id, look=SHOWN)
        counts = await outages.counts(session, [one.id for one in card.outages])
    return _page(request, Popup(card=people.card(card, counts, at=customers.local_now(parts.acting))))


def _page(request: web.Request, shown: Popup) -> web.Response:
    policy = framed_policy(request.app[PARTS].settings().http.frame_ancestors)
    return render(
        request,
        "popup.html",
        status=200 if shown.card else 403 if shown.is_over else 404,
        headers={"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"},
        shown=shown,
        card=shown.card,
    )


def _route(path: str, handler: Handler, summary: str, *, is_open: bool = False) -> Route:
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=PUBLIC if is_open else READ, is_page=True,
        media_type="text/html",
    )  # fmt: skip


ROUTES = (
    _route("/card", by_identity, "The card of who has an identity"),
    _route("/card/{token}", by_token, "A card by a signed address", is_open=True),
    _route("/customers/by-identity", by_identity, "As /card, under its first address"),
)
