"""The inbox: incidents by folder; the newest messages of all customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.domain.outages import OutageState
from channelhub.pipeline.looking import place_of as entry_of
from channelhub.rules.inbox import Folder, Order
from channelhub.store import (
    hub,
    incidents,
    latest,
    outages,
    parking,
    people,
    people_search,
    timeline,
    users,
    worklist,
    workplace,
)
from channelhub.store.database import Session
from channelhub.store.timeline import Entry
from channelhub.store.worklist import Found
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.routes.incidents import IncidentQuery, cursor_of, folder_counts, look_of, me, place_of, views_of
from channelhub.web.routes.workplace import views_for
from channelhub.web.routing import page
from channelhub.web.views import desk
from channelhub.web.views.desk import IncidentView

PAGE: Final = 50
OFFERED: Final = 200  # tags, channels, people to choose from
SNOOZES: Final = ("1h", "4h", "1d", "3d", "7d", "write")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What of the inbox is shown: the part of its address that buttons lead back to."""

    folder: Folder = Folder.OPEN
    assignee: Annotated[str, msgspec.Meta(max_length=200)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    account: Annotated[str, msgspec.Meta(max_length=100)] = ""
    tag: Annotated[str, msgspec.Meta(max_length=100)] = ""
    order: Order = Order.CHANGED

    @property
    def address(self) -> str:
        """Of the inbox so shown, without what is as usual."""
        usual = Shown()
        told = {name: str(getattr(self, name)) for name in self.__struct_fields__}
        query = urlencode({name: value for name, value in told.items() if value != str(getattr(usual, name))})
        return f"/?{query}" if query else "/"


class InboxQuery(Shown, frozen=True, kw_only=True):
    """What is shown, and what became of the button that led here."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""  # of addresses from before search had a page of its own
    before: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{1,19}(\.[0-9]{1,19})?)?\Z")] = ""
    undo: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="A step that can be taken back.")] = 0
    changed: Annotated[int, msgspec.Meta(ge=0, le=1000, description="How many were changed.")] = 0
    left: Annotated[int, msgspec.Meta(ge=0, le=1000, description="How many were left alone.")] = 0


class BeforeQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One incident of the list, with whose it is and how it began: by which entry, 0 where that is gone."""

    one: IncidentView
    name: str
    text: str
    entry_id: int


async def home(request: web.Request) -> web.Response:
    query = read_query(request, InboxQuery)
    if query.q.strip():
        raise web.HTTPFound(f"/search?{urlencode({'q': query.q})}")
    parts, name = request.app[PARTS], me(request)
    wanted = look_of(_asked(query), name)

    async def load(session: Session) -> tuple[Found, Mapping[str, Any]]:
        found = await worklist.page(session, wanted, after=place_of(query.before, query.order), limit=PAGE)
        return found, {
            "rows": await _rows(session, found.ids),
            "counts": folder_counts(await worklist.counts(session, me=name)),
            "views": [(one, _shown(one.filter).address) for one in await views_for(session, name)],
            "tags": await workplace.known_tags(session, limit=OFFERED),
            "people": await users.enabled_logins(session, limit=OFFERED),
            **await _aside(session, parts),
        }

    found, values = await parts.store.readers.look(load)
    shown = _shown(query)
    following = cursor_of(found.next, query.order)
    accounts = parts.acting.book().accounts.values()
    return render(
        request,
        "inbox.html",
        query=query,
        here=shown.address,
        older=None if following is None else _with(shown.address, before=following),
        is_first=not query.before,
        is_narrowed=shown != Shown(folder=query.folder, order=query.order),
        channels=sorted({one.channel for one in accounts} | {query.channel} - {""})[:OFFERED],
        account_names=sorted({one.name for one in accounts} | {query.account} - {""})[:OFFERED],
        orders=list(Order),
        snoozes=SNOOZES,
        states=("acknowledged", "in_progress", "waiting_for_customer", "resolved", "closed", "reopened"),
        **values,
    )


async def newest(request: web.Request) -> web.Response:
    query = read_query(request, BeforeQuery)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        found = await latest.page(session, before=query.before, limit=PAGE)
        beside = await _aside(session, parts)
    older = found[-1].id if len(found) == PAGE else None
    return render(request, "home.html", latest=found, older=older, **beside)


async def _aside(session: Session, parts: WebParts) -> Mapping[str, Any]:
    """What stands beside every list: outages, accounts, what is parked."""
    current = [one for one in await outages.still_open(session) if one.state is not OutageState.EMERGING]
    counts = await outages.counts(session, [one.id for one in current])
    return {
        "outages": [desk.outage(one, counts) for one in current],
        "accounts": parts.accounts(),
        "parked": await parking.count(session),
        "is_paused": await hub.fact(session, hub.SENDING_PAUSED) is not None,
    }


async def _rows(session: Session, ids: Sequence[int]) -> list[Row]:
    known = await incidents.get_many(session, ids)
    views = await views_of(session, [known[one] for one in ids if one in known])
    owners = await people.identities(session, [one.identity_id for one in known.values()])
    nameless = [one.customer_id for one in owners.values() if not one.name]
    names = await people_search.names(session, nameless) if nameless else {}
    began = await _beginnings(session, ids)
    rows = []
    for one in views:
        owner = owners.get(known[int(one.id)].identity_id)
        name = "" if owner is None else owner.name or names.get(owner.customer_id) or owner.shown
        entry = began.get(int(one.id))
        text, entry_id = ("", 0) if entry is None else (entry.preview[:300], entry.id)
        rows.append(Row(one=one, name=name, text=text, entry_id=entry_id))
    return rows


async def _beginnings(session: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """The entries of the messages that opened incidents, which have their ids: of a part of an album, the album's."""
    found = await timeline.get_many(session, ids)
    for one in ids:
        entry = None if one in found else await entry_of(session, one)
        if entry is not None:
            found[one] = entry
    return found


def _asked(query: InboxQuery) -> IncidentQuery:
    return IncidentQuery(
        folder=query.folder, assignee=query.assignee, channel=query.channel, account=query.account, tag=query.tag,
        order=query.order,
    )  # fmt: skip


def _shown(one: InboxQuery | workplace.Filter) -> Shown:
    return Shown(
        folder=one.folder, assignee=one.assignee, channel=one.channel, account=one.account, tag=one.tag,
        order=one.order,
    )  # fmt: skip


def _with(address: str, **more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}"


ROUTES = (
    page("/", home, "The inbox: incidents by folder"),
    page("/latest", newest, "The newest messages, open outages, accounts"),
)
