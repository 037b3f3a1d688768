"""Mass outages: listed, read with their reports, and decided about."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from channelhub.domain.ratings import RatedKind
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import outages as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.explaining import Explaining
from channelhub.pipeline.monitoring import alerts_of
from channelhub.rules.outage.alerts import RelatedAlert
from channelhub.store import emerging, outages, ratings, timeline
from channelhub.store.alerts import newest_of
from channelhub.store.database import Session
from channelhub.store.outages import Counts, Outage
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, decode, path_id, read_body, read_query
from channelhub.web.pages.texts import language_of
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import desk as views
from channelhub.web.views.alerts import delivery
from channelhub.web.views.monitoring import related_alerts

Language = Annotated[
    Literal["en", "uk", "ru"],
    msgspec.Meta(description="Of reasons. Absent: the first of Accept-Language that there is, else English."),
]
EMERGING_US = 3600 * 1_000_000
Command = Callable[..., Awaitable[Outage]]


class OutageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which outages, the newest first."""

    open: Annotated[bool, msgspec.Meta(description="true: only those that are not over.")] = False
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50
    language: Language | None = None


class LanguageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """In which language reasons are said."""

    language: Language | None = None


class OutageDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With the version that was read, a decision on what somebody else has changed since is refused (409)."""

    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | None = None


async def page(request: web.Request) -> web.Response:
    query = read_query(request, OutageQuery)
    language = _language(query.language, request)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(
            await outage_page(session, is_open=query.open, before=query.before, limit=query.limit, language=language)
        )


async def outage_page(
    session: Session, *, is_open: bool, before: int, limit: int, language: str = "en"
) -> views.OutagePage:
    """The newest outages below an id; `is_open`: only those that are not over."""
    if is_open:
        found = [one for one in await outages.still_open(session) if one.id < before][:limit]
    else:
        found = await outages.page(session, before=before, limit=limit)
    counts = await outages.counts(session, [one.id for one in found])
    items = [views.outage(one, counts, language) for one in found]
    return views.OutagePage(items=items, next=items[-1].id if len(items) == limit else None)


async def rising(request: web.Request) -> web.Response:
    """What was still reported within the last hour."""
    acting: Acting = request.app[PARTS].acting
    async with acting.store.readers.read() as session:
        found = await emerging.since(session, to_us(acting.now()) - EMERGING_US)
        texts = await timeline.get_many(session, [one.messages[0] for one in found if one.messages])
    return json_answer(views.EmergingList(items=[views.emerging(one, texts) for one in found]))


async def get(request: web.Request) -> web.Response:
    return await in_full(request, path_id(request), wanted=read_query(request, LanguageQuery).language)


async def in_full(request: web.Request, outage_id: int, *, wanted: str | None = None) -> web.Response:
    """An outage's detail as it is now, in the wanted language or the client's. Raises Problem (404)."""
    parts, language = request.app[PARTS], _language(wanted, request)
    return json_answer(
        await parts.store.readers.look(lambda session: detail(session, outage_id, parts.explaining, language=language))
    )


def _language(wanted: str | None, request: web.Request) -> str:
    return language_of(wanted or "", request.headers.get("Accept-Language", ""))


async def detail(
    session: Session, outage_id: int, explaining: Explaining, *, language: str = "en"
) -> views.OutageDetail:
    """The outage with its newest reports and what explains it, in words of `language`. Raises Problem (404).

    Computes for some tens of milliseconds: belongs into `Readers.look`.
    """
    found = await outages.get(session, outage_id)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "No outage has this id.")
    counts = await outages.counts(session, [outage_id])
    rated = (await ratings.scores(session, RatedKind.OUTAGE, [outage_id])).get(outage_id)
    alerts = related_alerts(await _alerts_of(session, found, counts.get(outage_id)), language)
    members = await outages.members(session, outage_id)
    explained = await explaining.explain(session, found, members)
    told = [delivery(one) for _, one in sorted((await newest_of(session, [outage_id])).items())]
    return views.outage_detail(found, counts, members, rated, alerts, told, explained, language)


async def _alerts_of(session: Session, found: Outage, count: Counts | None) -> tuple[RelatedAlert, ...]:
    until_us = found.closed_us or (count.last_us if count else found.opened_us)
    return await alerts_of(session, terms=found.terms, began_us=found.began_us, until_us=until_us)


def _decide(command: Command) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        outage_id = path_id(request)
        body = await read_body(request)
        version = decode(body, OutageDecision).version if body else None
        acting: Acting = request.app[PARTS].acting
        await command(acting, request[PRINCIPAL].actor, outage_id, version=version)
        return await in_full(request, outage_id)

    return handle


def _decision(word: str, command: Command, summary: str) -> Route:
    return Route(
        method="POST",
        path=f"/api/v1/outages/{{id}}/{word}",
        handler=_decide(command),
        summary=summary,
        body=OutageDecision,
        answer=views.OutageDetail,
        problems=(400, 404, 409, 422, 503),
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/outages",
        handler=page,
        summary="Outages, the newest first",
        query=OutageQuery,
        answer=views.OutagePage,
        problems=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/outages/emerging",
        handler=rising,
        summary="Bursts that may become outages: evidence is rising, but not enough to suspect one",
        answer=views.EmergingList,
    ),
    Route(
        method="GET",
        path="/api/v1/outages/{id}",
        handler=get,
        summary="An outage with its reports and what explains it",
        query=LanguageQuery,
        answer=views.OutageDetail,
        problems=(404, 422),
    ),
    _decision("confirm", commands.confirm, "It is an outage"),
    _decision("monitor", commands.monitor, "The fix is in: watch whether reports go on"),
    _decision("dismiss", commands.dismiss, "It is none; stay silent about the same for a while"),
    _decision("resolve", commands.resolve, "It is over"),
)
