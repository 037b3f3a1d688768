"""Signed addresses of cards, for systems that show them in a frame."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import card_links as commands
from channelhub.rules.card_links import MAX_IDENTITY, CardLink
from channelhub.rules.identity import parse_key
from channelhub.web.answers import json_answer
from channelhub.web.auth import AGENT, PRINCIPAL
from channelhub.web.bodies import checked_text, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

LONGEST_MINUTES = 7 * 1440


class CardLinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose card, and for how long."""

    identity: Annotated[
        str, msgspec.Meta(min_length=3, max_length=MAX_IDENTITY, description="kind:value, as phone:+380671112233.")
    ]
    minutes: Annotated[
        int, msgspec.Meta(ge=1, le=LONGEST_MINUTES, description="Until its end; who has it, reads the card.")
    ] = 60


class CardLinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """An address that opens the card without signing in, read-only."""

    url: str
    expires_at: datetime


async def make(request: web.Request) -> web.Response:
    body = await read_json(request, CardLinkRequest)
    parts = request.app[PARTS]
    identity = checked_text(body.identity, "identity")
    if parse_key(identity, default_region=parts.default_region) is None:
        raise Problem(
            Kind.INVALID,
            "This is no identity. It is written kind:value, phone:+380671112233.",
            errors={"identity": "not kind:value"},
        )
    until = parts.acting.now() + timedelta(minutes=body.minutes)
    link = CardLink(identity=identity, until_s=int(until.timestamp()))
    address = await commands.make(parts.acting, request[PRINCIPAL].actor, link)
    return json_answer(
        CardLinkMade(url=parts.public_url + address, expires_at=until.replace(microsecond=0)), status=201
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/card-links",
        handler=make,
        summary="A signed address of a card, for a frame or a pop-up",
        roles=AGENT,
        body=CardLinkRequest,
        answer=CardLinkMade,
        status=201,
        is_answer_secret=True,
        problems=(400, 415, 422, 503),
    ),
)
