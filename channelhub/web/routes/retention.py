"""For how long what happened is kept, and how removing the rest gets on."""

from datetime import datetime

import msgspec
from aiohttp import web

from channelhub.web.answers import json_answer
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route


class KeptView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record. `days` 0: kept for ever. `forgotten`: rows removed since the hub started."""

    what: str
    days: int
    forgotten: int


class RetentionView(msgspec.Struct, frozen=True, kw_only=True):
    """`swept_at`: the end of the last whole sweep since the hub started. `refused`: why the last one stopped before."""

    items: list[KeptView]
    swept_at: datetime | None
    refused: str


async def get(request: web.Request) -> web.Response:
    sweep = request.app[PARTS].retention
    if sweep is None:
        raise Problem(Kind.NOT_FOUND, "This server removes nothing.")
    swept = sweep.swept
    items = [KeptView(what=str(kept), days=days, forgotten=swept.forgotten[kept]) for kept, days in sweep.days.items()]
    return json_answer(RetentionView(items=items, swept_at=swept.ended_at, refused=swept.refused))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/retention",
        handler=get,
        summary="For how long events, audit and alerts are kept, and how removing older ones gets on",
        answer=RetentionView,
        problems=(404,),
    ),
)
