"""Notices to customers: written, looked at with whom they would reach, approved once, cancelled."""

from typing import Annotated, Any

import msgspec
from aiohttp import web

from channelhub.domain.notices import NoticeKind, NoticeState, NoticeText
from channelhub.domain.times import to_us
from channelhub.pipeline.audience import preview
from channelhub.pipeline.commands import notices as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.rulebook import Rulebook
from channelhub.store import notices, outages, recipients
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import LEAD, PRINCIPAL
from channelhub.web.bodies import MAX_ID, decode, path_id, read_body, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.views import notices as views

SHOWN_TROUBLED = 200
MAX_IDENTITIES = 10_000  # in one request

Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}\Z")]
Identity = Annotated[str, msgspec.Meta(min_length=3, max_length=400)]


class NoticeTextBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said in one language."""

    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=commands.MAX_SUBJECT)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=commands.MAX_CHARS)]
    short: Annotated[
        str, msgspec.Meta(max_length=commands.MAX_CHARS, description="For channels without a subject; empty: text.")
    ] = ""


Texts = Annotated[
    dict[Language, NoticeTextBody],
    msgspec.Meta(max_length=commands.MAX_LANGUAGES, description="By language, as uk. Left out: from the templates."),
]
Identities = Annotated[
    list[Identity],
    msgspec.Meta(
        max_length=MAX_IDENTITIES,
        description="Who is told although they have not written: kind:value, or customer:ID.",
    ),
]


class NoticeDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice that begins. Nobody is told before a person approves it."""

    kind: NoticeKind = NoticeKind.NOTICE
    texts: Texts | None = None
    identities: Identities = []


class NoticeChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other texts for a draft, or more people on its list."""

    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="As it was read; a stale one is a 409.")]
    texts: Texts | None = None
    identities: Identities = []


class NoticeDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With the version that was read, texts that somebody changed since aren't approved (409)."""

    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | None = None


class NoticeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which notices, the newest first."""

    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


async def page(request: web.Request) -> web.Response:
    query = read_query(request, NoticeQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await page_view(session, before=query.before, limit=query.limit))


async def of_outage(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await outage_view(session, path_id(request)))


async def get(request: web.Request) -> web.Response:
    return await _answer(request, path_id(request))


async def draft(request: web.Request) -> web.Response:
    outage_id = path_id(request)
    body = await read_json(request, NoticeDraft)
    notice_id = await commands.draft(
        request.app[PARTS].acting, request[PRINCIPAL].actor, outage_id, body.kind,
        texts=_texts(body.texts), identities=body.identities,
    )  # fmt: skip
    return await _answer(request, notice_id, status=201)


async def change(request: web.Request) -> web.Response:
    notice_id = path_id(request)
    body = await read_json(request, NoticeChange)
    await commands.change(
        request.app[PARTS].acting, request[PRINCIPAL].actor, notice_id, version=body.version,
        texts=_texts(body.texts), identities=body.identities,
    )  # fmt: skip
    return await _answer(request, notice_id)


async def approve(request: web.Request) -> web.Response:
    notice_id = path_id(request)
    body = await read_body(request)
    version = decode(body, NoticeDecision).version if body else None
    await commands.approve(request.app[PARTS].acting, request[PRINCIPAL].actor, notice_id, version=version)
    return await _answer(request, notice_id)


async def cancel(request: web.Request) -> web.Response:
    await commands.cancel(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return await _answer(request, path_id(request))


async def page_view(session: Session, *, before: int = MAX_ID, limit: int = 50) -> views.NoticePage:
    """The newest notices of all outages."""
    found = await notices.page(session, before=before, limit=limit)
    items = [views.notice(one, await recipients.counts(session, one.id)) for one in found]
    return views.NoticePage(items=items, next=items[-1].id if len(items) == limit else None)


async def outage_view(session: Session, outage_id: int) -> views.NoticePage:
    """An outage's notices, the newest first: all there may be. Raises Problem (404)."""
    if await outages.get(session, outage_id) is None:
        raise Problem(Kind.NOT_FOUND, "No outage has this id.")
    found = await notices.of_outage(session, outage_id)
    return views.NoticePage(
        items=[views.notice(one, await recipients.counts(session, one.id)) for one in found], next=None
    )


async def detail(
    session: Session, notice_id: int, *, book: Rulebook | None = None, now_us: int = 0
) -> views.NoticeDetail:
    """A notice, with its audience while it is a draft and the rulebook is known. Raises Problem (404)."""
    found = await notices.get(session, notice_id)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "No notice has this id.")
    is_open = found.state is NoticeState.DRAFT and book is not None
    return views.detail(
        found,
        await recipients.counts(session, notice_id),
        await recipients.troubled(session, notice_id, limit=SHOWN_TROUBLED),
        listed=await notices.list_size(session, notice_id),
        audience=await preview(session, book, found, now_us=now_us) if is_open and book is not None else None,
    )


async def read_detail(acting: Acting, notice_id: int) -> views.NoticeDetail:
    """As `detail`, in one go on a reader's thread: a large audience must not hold up the others."""
    book, now_us = acting.book(), to_us(acting.now())
    return await acting.store.readers.look(lambda session: detail(session, notice_id, book=book, now_us=now_us))


async def _answer(request: web.Request, notice_id: int, *, status: int = 200) -> web.Response:
    return json_answer(await read_detail(request.app[PARTS].acting, notice_id), status=status)


def _texts(given: dict[str, NoticeTextBody] | None) -> dict[str, NoticeText] | None:
    if not given:
        return None
    return {
        language: NoticeText(subject=one.subject, text=one.text, short=one.short) for language, one in given.items()
    }


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, **more)


_WRITING = (400, 404, 409, 413, 415, 422, 503)
ROUTES = (
    _route("GET", "/outages/{id}/notices", of_outage, "An outage's notices", answer=views.NoticePage, problems=(404,)),
    _route(
        "POST", "/outages/{id}/notices", draft, "Begin a notice to an outage's customers",
        body=NoticeDraft, answer=views.NoticeDetail, status=201, problems=_WRITING,
    ),
    _route(
        "GET", "/notices", page, "Notices, the newest first",
        query=NoticeQuery, answer=views.NoticePage, problems=(422,),
    ),
    _route(
        "GET", "/notices/{id}", get, "A notice, with whom it would reach or what became of it",
        answer=views.NoticeDetail, problems=(404,),
    ),
    _route(
        "PATCH", "/notices/{id}", change, "Change a draft",
        body=NoticeChange, answer=views.NoticeDetail, problems=_WRITING,
    ),
    _route(
        "POST", "/notices/{id}/approve", approve, "Let a notice go out", roles=LEAD,
        body=NoticeDecision, answer=views.NoticeDetail, problems=(400, 404, 409, 422, 503),
    ),
    _route(
        "POST", "/notices/{id}/cancel", cancel, "Send nobody else this notice", roles=LEAD,
        answer=views.NoticeDetail, problems=(404, 409, 503),
    ),
)  # fmt: skip
