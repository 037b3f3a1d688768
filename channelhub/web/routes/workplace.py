"""Working through the inbox: many incidents at once, undo, saved views."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.pipeline.commands import workplace as commands
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, NotFound
from channelhub.pipeline.commands.incidents import Change
from channelhub.pipeline.commands.workplace import MAX_VIEW_NAME, MOST_AT_ONCE, MOST_VIEWS, Outcomes, Wanted
from channelhub.rules.inbox import MOST_TAGS, Folder, Order
from channelhub.store import workplace
from channelhub.store.database import Session
from channelhub.store.workplace import Filter, View
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.incidents import Name, SnoozeIn, Tag, Version, me, snooze_of
from channelhub.web.routing import Route


class IncidentRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incident, and the version that was read."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
    version: Version


class BulkChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same change of many incidents, in one commit. Those that can't be changed are left alone, and said."""

    incidents: Annotated[list[IncidentRef], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    state: IncidentState | None = None
    priority: Priority | None = None
    assignee: Name | None = None
    add_tags: Annotated[list[Tag], msgspec.Meta(max_length=MOST_TAGS)] = []
    remove_tags: Annotated[list[Tag], msgspec.Meta(max_length=MOST_TAGS)] = []
    snooze: Annotated[SnoozeIn | None, msgspec.Meta(description="Put them out of sight.")] = None
    wake: Annotated[bool, msgspec.Meta(description="Bring them back.")] = False


class ItemOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one: its version now; or why it was left alone: `not-found`, `conflict` or `refused`."""

    id: str
    version: int | None
    problem: str | None
    detail: str | None


class BulkOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One item for each incident, in their order. `undo`: for POST /undo/{id}, within ten minutes; null where nothing
    was changed."""

    items: list[ItemOutcome]
    undo: str | None


class FilterIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a view shows, as GET /incidents takes it."""

    folder: Folder = Folder.OPEN
    assignee: Name = ""
    channel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    account: Annotated[str, msgspec.Meta(max_length=100)] = ""
    tag: Annotated[str, msgspec.Meta(max_length=100)] = ""
    order: Order = Order.CHANGED


class ViewIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A view to keep. `shared`: everybody sees it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_VIEW_NAME)]
    filter: FilterIn = FilterIn()
    shared: bool = False


class ViewChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a view. `version` is the one that was read."""

    version: Version
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_VIEW_NAME)] | None = None
    filter: FilterIn | None = None
    shared: bool | None = None


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A filter with a name. `own`: whoever asks may change it."""

    id: str
    name: str
    owner: str
    own: bool
    shared: bool
    version: int
    filter: Filter


class ViewList(msgspec.Struct, frozen=True, kw_only=True):
    """One's own views, then those that others share."""

    items: list[SavedView]


async def bulk(request: web.Request) -> web.Response:
    body = await read_json(request, BulkChange)
    wanted = Change(
        state=body.state,
        priority=body.priority,
        assignee=body.assignee,
        add_tags=tuple(body.add_tags),
        remove_tags=tuple(body.remove_tags),
        snooze=snooze_of(body.snooze.until) if body.snooze is not None else False if body.wake else None,
    )
    asked = [Wanted(incident_id=min(int(one.id), MAX_ID), version=one.version) for one in body.incidents]
    done = await commands.change_many(request.app[PARTS].acting, request[PRINCIPAL].actor, asked, wanted)
    return json_answer(outcome(done))


async def undo(request: web.Request) -> web.Response:
    done = await commands.undo(request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request))
    return json_answer(outcome(done))


async def views(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(ViewList(items=await views_for(session, me(request))))


async def save_view(request: web.Request) -> web.Response:
    body = await read_json(request, ViewIn)
    acting, owner = request.app[PARTS].acting, me(request)
    made = await commands.save_view(
        acting, request[PRINCIPAL].actor, body.name, _filter(body.filter), owner=owner, is_shared=body.shared
    )
    return json_answer(_view(made, owner), status=201)


async def view(request: web.Request) -> web.Response:
    """One's own view, or one that is shared."""
    async with request.app[PARTS].store.readers.read() as session:
        known = await workplace.view(session, path_id(request))
    if known is None or not (known.is_shared or known.owner == me(request)):
        raise Problem(Kind.NOT_FOUND, "You have no such view.")
    return json_answer(_view(known, me(request)))


async def change_view(request: web.Request) -> web.Response:
    body = await read_json(request, ViewChange)
    changed = await commands.change_view(
        request.app[PARTS].acting,
        request[PRINCIPAL].actor,
        path_id(request),
        owner=me(request),
        version=body.version,
        name=body.name,
        shown=None if body.filter is None else _filter(body.filter),
        is_shared=body.shared,
    )
    return json_answer(_view(changed, me(request)))


async def remove_view(request: web.Request) -> web.Response:
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    await commands.remove_view(acting, actor, path_id(request), owner=me(request))
    return web.Response(status=204)


async def views_for(session: Session, name: str) -> list[SavedView]:
    """The views that somebody sees: their own first."""
    own = await workplace.own_views(session, name, limit=MOST_VIEWS)
    shared = [one for one in await workplace.shared_views(session, limit=MOST_VIEWS) if one.owner != name]
    return [_view(one, name) for one in (*own, *shared)]


def outcome(done: Outcomes) -> BulkOutcome:
    items = [
        ItemOutcome(
            id=str(one.incident_id),
            version=one.version,
            problem=None if one.refusal is None else _problem(one.refusal),
            detail=None if one.refusal is None else str(one.refusal),
        )
        for one in done.items
    ]
    return BulkOutcome(items=items, undo=None if done.undo_id is None else str(done.undo_id))


def _problem(refusal: CommandRefused) -> str:
    if isinstance(refusal, NotFound):
        return "not-found"
    return "conflict" if isinstance(refusal, Conflict) else "refused"


def _filter(given: FilterIn) -> Filter:
    return Filter(
        folder=given.folder, assignee=given.assignee, channel=given.channel, account=given.account, tag=given.tag,
        order=given.order,
    )  # fmt: skip


def _view(one: View, name: str) -> SavedView:
    return SavedView(
        id=str(one.id), name=one.name, owner=one.owner, own=one.owner == name, shared=one.is_shared,
        version=one.version, filter=one.filter,
    )  # fmt: skip


_CHANGES = (400, 409, 415, 422, 503)

ROUTES = (
    Route(
        method="POST",
        path="/api/v1/incidents/bulk",
        handler=bulk,
        summary="Change many incidents at once",
        body=BulkChange,
        answer=BulkOutcome,
        problems=_CHANGES,
    ),
    Route(
        method="POST",
        path="/api/v1/undo/{id}",
        handler=undo,
        summary="Take back what you did within ten minutes",
        answer=BulkOutcome,
        problems=(404, 503),
        description="Each incident gets back what it had, unless it was changed since: that one is left alone.",
    ),
    Route(
        method="GET",
        path="/api/v1/views",
        handler=views,
        summary="Saved views of the inbox",
        answer=ViewList,
    ),
    Route(
        method="POST",
        path="/api/v1/views",
        handler=save_view,
        summary="Save a view of the inbox",
        body=ViewIn,
        answer=SavedView,
        status=201,
        problems=_CHANGES,
    ),
    Route(
        method="GET",
        path="/api/v1/views/{id}",
        handler=view,
        summary="A saved view",
        answer=SavedView,
        problems=(404,),
    ),
    Route(
        method="PATCH",
        path="/api/v1/views/{id}",
        handler=change_view,
        summary="Change a saved view of yours",
        body=ViewChange,
        answer=SavedView,
        problems=(404, *_CHANGES),
    ),
    Route(
        method="DELETE",
        path="/api/v1/views/{id}",
        handler=remove_view,
        summary="Delete a saved view of yours",
        status=204,
        problems=(404, 503),
    ),
)
