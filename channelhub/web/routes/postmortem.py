"""The record of an outage: as JSON for machines, as Markdown for people."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.pipeline.postmortem import record
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import path_id, read_query
from channelhub.web.pages.postmortem import markdown
from channelhub.web.pages.rendering import language as spoken
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.outages import Language
from channelhub.web.routing import Route
from channelhub.web.views.postmortem import PostmortemView, postmortem


class PostmortemQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the record holds."""

    language: Language | None = None
    reports: Annotated[bool, msgspec.Meta(description="true: with the newest reports and what customers wrote.")] = (
        False
    )


async def get(request: web.Request) -> web.Response:
    query = read_query(request, PostmortemQuery)
    outage_id, language = path_id(request), query.language or spoken(request)
    readers = request.app[PARTS].store.readers
    found = await readers.look(lambda session: view(session, outage_id, language=language, has_reports=query.reports))
    return json_answer(found)


async def download(request: web.Request) -> web.Response:
    """As a file, in the reader's language."""
    outage_id, language = path_id(request), spoken(request)
    readers = request.app[PARTS].store.readers
    found = await readers.look(lambda session: view(session, outage_id, language=language, has_reports=False))
    return web.Response(
        text=found.markdown,
        content_type="text/markdown",
        headers={"Content-Disposition": f'attachment; filename="outage-{outage_id}.md"'},
    )


async def view(session: Session, outage_id: int, *, language: str, has_reports: bool) -> PostmortemView:
    """The record, with its Markdown. Raises Problem (404)."""
    found = await record(session, outage_id, has_reports=has_reports)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "No outage has this id.")
    return postmortem(found, markdown=markdown(found, language), language=language)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/outages/{id}/postmortem",
        handler=get,
        summary="The record of an outage: course, numbers, how long everything took",
        query=PostmortemQuery,
        answer=PostmortemView,
        problems=(404, 422),
    ),
)
PAGES = (
    Route(
        method="GET",
        path="/outages/{id}/postmortem",
        handler=download,
        summary="The record of an outage as Markdown",
        is_page=True,
        media_type="text/markdown",
    ),
)
