"""Registered contacts: listed by folder, read, changed against the version that was read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import incidents as commands
from channelhub.pipeline.commands.incidents import Change, Changed, Snooze
from channelhub.rules import inbox
from channelhub.rules.inbox import MAX_TAG_CHARS, MOST_TAGS, Folder, Order
from channelhub.rules.incident import Incident
from channelhub.store import incidents, people, worklist, workplace
from channelhub.store.database import Session
from channelhub.store.worklist import MOST_COUNTED, Place
from channelhub.web.answers import json_answer
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.views import desk as views

Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TAG_CHARS)]
Version = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class IncidentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which incidents, and in which order. Without a folder: among all, those that are over included."""

    folder: Annotated[Folder | None, msgspec.Meta(description="Of the inbox.")] = None
    state: Annotated[IncidentState | None, msgspec.Meta(description="Only those in this state.")] = None
    assignee: Annotated[str, msgspec.Meta(max_length=200, description="Whose: a name, `me` or `nobody`.")] = ""
    channel: Annotated[str, msgspec.Meta(max_length=40, description="Only those that came in by it.")] = ""
    account: Annotated[str, msgspec.Meta(max_length=100, description="Only those that came in through it.")] = ""
    tag: Annotated[str, msgspec.Meta(max_length=100, description="Only those that have it.")] = ""
    order: Annotated[Order, msgspec.Meta(description="By when they were opened, or changed last.")] = Order.NEWEST
    before: Annotated[
        str,
        msgspec.Meta(pattern=r"^([0-9]{1,19}(\.[0-9]{1,19})?)?\Z", description="`next` of the page before."),
    ] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


class IncidentChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change. `version` is the one that was read: when somebody else was faster, the answer is 409."""

    version: Version
    state: IncidentState | None = None
    priority: Priority | None = None
    assignee: Name | None = None


class TagsIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All tags it has then: small letters, no commas."""

    tags: Annotated[list[Tag], msgspec.Meta(max_length=MOST_TAGS)]
    version: Annotated[Version | None, msgspec.Meta(description="That was read; null: whatever it is now.")] = None


class SnoozeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when it is out of sight. It wakes earlier when the customer writes."""

    until: Annotated[
        Annotated[datetime, msgspec.Meta(tz=True)] | None,
        msgspec.Meta(description="null: until the customer writes; at most a year."),
    ] = None
    version: Annotated[Version | None, msgspec.Meta(description="That was read; null: whatever it is now.")] = None


class ChangedIncident(views.IncidentView, frozen=True, kw_only=True):
    """It as it is now. `undo`: for POST /undo/{id}, within ten minutes."""

    undo: str


class FolderCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many incidents a folder has; with `more`, more than that."""

    folder: Folder
    incidents: int
    more: bool


class FolderList(msgspec.Struct, frozen=True, kw_only=True):
    """The folders of the inbox but the closed ones, which nobody counts."""

    items: list[FolderCount]


def me(request: web.Request) -> str:
    """What whoever asks is called as an assignee."""
    return request[PRINCIPAL].name


async def page(request: web.Request) -> web.Response:
    query = read_query(request, IncidentQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await incident_page(session, query, name=me(request)))


async def incident_page(session: Session, query: IncidentQuery, *, name: str) -> views.IncidentPage:
    """What a query finds for somebody of this name. Raises Problem (422)."""
    wanted, after = look_of(query, name), place_of(query.before, query.order)
    found = await worklist.page(session, wanted, after=after, limit=query.limit)
    known = await incidents.get_many(session, found.ids)
    items = await views_of(session, [known[one] for one in found.ids])
    return views.IncidentPage(items=items, next=cursor_of(found.next, query.order))


async def folders(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        counted = await worklist.counts(session, me=me(request))
    return json_answer(FolderList(items=folder_counts(counted)))


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        found = await incidents.get(session, path_id(request))
        if found is None:
            raise Problem(Kind.NOT_FOUND, "No incident has this id.")
        return json_answer((await views_of(session, [found]))[0])


async def change(request: web.Request) -> web.Response:
    body = await read_json(request, IncidentChange)
    wanted = Change(state=body.state, priority=body.priority, assignee=body.assignee)
    return await _change(request, wanted, body.version)


async def tag(request: web.Request) -> web.Response:
    body = await read_json(request, TagsIn)
    return await _change(request, Change(tags=tuple(body.tags)), body.version)


async def snooze(request: web.Request) -> web.Response:
    body = await read_json(request, SnoozeIn)
    return await _change(request, Change(snooze=snooze_of(body.until)), body.version)


async def wake(request: web.Request) -> web.Response:
    return await _change(request, Change(snooze=False), None)


async def _change(request: web.Request, wanted: Change, version: int | None) -> web.Response:
    parts = request.app[PARTS]
    actor = request[PRINCIPAL].actor
    changed = await commands.change(parts.acting, actor, path_id(request), wanted, version=version)
    async with parts.store.readers.read() as session:
        owners = await people.identities(session, [changed.incident.identity_id])
    return json_answer(_changed_view(changed, owners[changed.incident.identity_id].customer_id))


def _changed_view(changed: Changed, customer_id: int) -> ChangedIncident:
    fields = views.incident_fields(changed.incident, customer_id=customer_id, tags=changed.tags)
    return ChangedIncident(**fields, undo=str(changed.undo_id))


def snooze_of(until: datetime | None) -> Snooze:
    return Snooze(until_us=None if until is None else to_us(until))


def look_of(query: IncidentQuery, name: str) -> inbox.Look:
    """What a query looks for, for somebody of this name. Raises Problem (422) for what can be no tag."""
    try:
        tagged = inbox.tag_of(query.tag) if query.tag else ""
    except inbox.TagRefused as exc:
        raise Problem(Kind.INVALID, f"tag: {exc}", errors={"tag": str(exc)}) from exc
    if query.folder is Folder.MINE and query.assignee not in ("", inbox.ME):
        raise Problem(Kind.INVALID, "The folder `mine` is of whoever asks.", errors={"assignee": "not with `mine`"})
    return inbox.look(
        query.folder, me=name, state=query.state, assignee=query.assignee, channel=query.channel,
        account=query.account, tag=tagged, order=query.order,
    )  # fmt: skip


def place_of(before: str, order: Order) -> Place | None:
    """Where a list goes on. Raises Problem (422) for a cursor of another order."""
    if not before:
        return None
    first, dot, second = before.partition(".")
    if bool(dot) != (order is Order.CHANGED):
        raise Problem(Kind.INVALID, "before is a cursor of another order.", errors={"before": "of another order"})
    numbers = [min(int(one), MAX_ID) for one in (first, second) if one]
    return (numbers[0], numbers[1]) if dot else (0, numbers[0])


def cursor_of(place: Place | None, order: Order) -> str | None:
    if place is None:
        return None
    return f"{place[0]}.{place[1]}" if order is Order.CHANGED else str(place[1])


def folder_counts(counted: Mapping[Folder, int]) -> list[FolderCount]:
    return [
        FolderCount(folder=folder, incidents=min(many, MOST_COUNTED), more=many > MOST_COUNTED)
        for folder, many in counted.items()
    ]


async def views_of(session: Session, found: Sequence[Incident]) -> list[views.IncidentView]:
    owners = await people.identities(session, [one.identity_id for one in found])
    tags = await workplace.tags_of(session, [one.id for one in found])
    return [
        views.incident(
            one,
            customer_id=owners[one.identity_id].customer_id if one.identity_id in owners else None,
            tags=tags.get(one.id, ()),
        )
        for one in found
    ]


_CHANGES = (400, 404, 409, 415, 422, 503)

ROUTES = (
    Route(
        method="GET",
        path="/api/v1/incidents",
        handler=page,
        summary="Incidents, by folder, filters and order",
        query=IncidentQuery,
        answer=views.IncidentPage,
        problems=(422,),
        description=(
            "Filters by account and channel, and by tag in the order of changes, look at a few thousand incidents a "
            "page: it may then have fewer items than `limit`, and `next`."
        ),
    ),
    Route(
        method="GET",
        path="/api/v1/incidents/folders",
        handler=folders,
        summary="How many incidents each folder of the inbox has",
        answer=FolderList,
    ),
    Route(
        method="GET",
        path="/api/v1/incidents/{id}",
        handler=get,
        summary="An incident",
        answer=views.IncidentView,
        problems=(404,),
    ),
    Route(
        method="PATCH",
        path="/api/v1/incidents/{id}",
        handler=change,
        summary="Change an incident's state, priority or assignee",
        body=IncidentChange,
        answer=ChangedIncident,
        problems=_CHANGES,
    ),
    Route(
        method="PUT",
        path="/api/v1/incidents/{id}/tags",
        handler=tag,
        summary="Say which tags an incident has",
        body=TagsIn,
        answer=ChangedIncident,
        problems=_CHANGES,
    ),
    Route(
        method="PUT",
        path="/api/v1/incidents/{id}/snooze",
        handler=snooze,
        summary="Put an incident out of sight for a while",
        body=SnoozeIn,
        answer=ChangedIncident,
        problems=_CHANGES,
    ),
    Route(
        method="DELETE",
        path="/api/v1/incidents/{id}/snooze",
        handler=wake,
        summary="Bring a snoozed incident back",
        answer=ChangedIncident,
        problems=(404, 503),
    ),
)
