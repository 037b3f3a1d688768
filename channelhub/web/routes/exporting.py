"""A customer's data as one archive, streamed as it is made."""

import asyncio
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from channelhub.pipeline.commands import exporting as commands
from channelhub.web.auth import LEAD, PRINCIPAL
from channelhub.web.bodies import path_id, read_query
from channelhub.web.downloads import download_headers
from channelhub.web.export.archive import Export
from channelhub.web.export.history import whose
from channelhub.web.pages.rendering import language as spoken
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

PIECE_S = 60.0  # whoever takes no piece for so long loses the connection
ARCHIVE = web.AppKey("archive", asyncio.Semaphore)


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive has."""

    raw: Annotated[bool, msgspec.Meta(description="With the deliveries as they came.")] = True
    language: Annotated[
        Literal["en", "ru", "uk"] | None, msgspec.Meta(description="Of index.html; else as the browser asks.")
    ] = None


async def export(request: web.Request) -> web.StreamResponse:
    query = read_query(request, ExportQuery)
    parts = request.app[PARTS]
    one = await whose(parts.store, path_id(request))
    if one is None:
        raise Problem(Kind.NOT_FOUND, "No customer has this id.")
    headers = download_headers(f"customer-{one.customer_id}.zip", "application/zip")
    if request.method == "HEAD":  # hands nothing out: no archive is made, and none is in the audit
        return web.Response(headers=headers)
    busy = request.app[ARCHIVE]
    if busy.locked():
        raise Problem(
            Kind.UNAVAILABLE, "Another archive is being made; try again when it is done.", headers={"Retry-After": "10"}
        )
    async with busy:
        await commands.record(parts.acting, request[PRINCIPAL].actor, one.customer_id)
        made = Export(parts.store, one, parts.acting.now(), query.language or spoken(request), with_sources=query.raw)
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        async for piece in made.pieces():
            async with asyncio.timeout(PIECE_S):
                await response.write(piece)
        await response.write_eof()
        return response


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/customers/{id}/export",
        handler=export,
        summary="Everything kept about a customer, as a zip archive",
        roles=LEAD,
        query=ExportQuery,
        media_type="application/zip",
        problems=(404, 422, 503),
    ),
)
