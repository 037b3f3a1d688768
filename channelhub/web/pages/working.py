"""The buttons of the inbox and of a card's incidents: one form for one or many, an undo, saved views."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.domain.incidents import IncidentState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import workplace as commands
from channelhub.pipeline.commands.incidents import Change, Snooze
from channelhub.pipeline.commands.workplace import MOST_AT_ONCE, Outcomes, Wanted
from channelhub.store.workplace import Filter
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id
from channelhub.web.pages.doing import read_fields
from channelhub.web.pages.inbox import Shown
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.incidents import me
from channelhub.web.routing import Route

_PICKED: Final = re.compile(r"([0-9]{1,19})\.([0-9]{1,9})\Z")
_SNOOZED: Final = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "write": None,  # until the customer writes
}
MAX_FIELDS: Final = MOST_AT_ONCE + 20
Fields = dict[str, list[str]]
Work = Callable[[web.Request, Fields], Awaitable[str]]  # the address to go to


async def change(request: web.Request, fields: Fields) -> str:
    acting, actor, back = request.app[PARTS].acting, request[PRINCIPAL].actor, _back(fields)
    wanted = _wanted(fields, name=me(request), now_us=to_us(acting.now()))
    asked = _picked(fields)
    if not asked:
        return back
    done = await commands.change_many(acting, actor, asked, wanted)
    if len(asked) == 1 and (refusal := done.items[0].refusal) is not None:
        raise refusal
    return _told(back, done)


async def undo(request: web.Request, fields: Fields) -> str:
    acting, actor, back = request.app[PARTS].acting, request[PRINCIPAL].actor, _back(fields)
    return _told(back, await commands.undo(acting, actor, path_id(request)))


async def save_view(request: web.Request, fields: Fields) -> str:
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    shown = _look(fields)
    kept = Filter(
        folder=shown.folder, assignee=shown.assignee, channel=shown.channel, account=shown.account, tag=shown.tag,
        order=shown.order,
    )  # fmt: skip
    is_shared = _one(fields, "shared") == "yes"
    await commands.save_view(acting, actor, _one(fields, "name"), kept, owner=me(request), is_shared=is_shared)
    return shown.address


async def remove_view(request: web.Request, fields: Fields) -> str:
    acting, actor, back = request.app[PARTS].acting, request[PRINCIPAL].actor, _look(fields).address
    await commands.remove_view(acting, actor, path_id(request), owner=me(request))
    return back


def _wanted(fields: Fields, *, name: str, now_us: int) -> Change:
    """What the pressed button means. Raises Problem for one that the pages don't have."""
    tags = tuple(one for one in _one(fields, "tags").split(",") if one.strip())
    pressed = _one(fields, "do")
    if pressed == "typed":  # Enter in a field
        pressed = "assign" if _one(fields, "to").strip() else "tag"
    match pressed:
        case "assign-me":
            return Change(assignee=name)
        case "assign-nobody":
            return Change(assignee="")
        case "assign" if _one(fields, "to").strip():
            return Change(assignee=_one(fields, "to"))
        case "state" if _one(fields, "state") in set(IncidentState):
            return Change(state=IncidentState(_one(fields, "state")))
        case "tag" if tags:
            return Change(add_tags=tags)
        case "untag" if tags:
            return Change(remove_tags=tags)
        case "snooze" if _one(fields, "for") in _SNOOZED:
            length = _SNOOZED[_one(fields, "for")]
            return Change(snooze=Snooze(until_us=None if length is None else now_us + length // timedelta.resolution))
        case "wake":
            return Change(snooze=False)
    raise Problem(Kind.INVALID, "The form doesn't say what to do: choose a state, write a name or tags.")


def _picked(fields: Fields) -> list[Wanted]:
    found = [_PICKED.match(one) for one in fields.get("incident", [])]
    if None in found:
        raise Problem(Kind.INVALID, "The form names an incident in a way the pages don't.")
    return [Wanted(incident_id=min(int(one[1]), MAX_ID), version=int(one[2])) for one in found if one is not None]


def _told(address: str, done: Outcomes) -> str:
    """The address to go back to, with what became of it."""
    left = sum(one.refusal is not None for one in done.items)
    told = {"undo": done.undo_id or 0, "changed": len(done.items) - left, "left": left}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _back(fields: Fields) -> str:
    """The card the form stands on, else the inbox as it was shown: never an address of somebody's own."""
    customer_id = _one(fields, "customer")
    if customer_id.isascii() and customer_id.isdigit() and len(customer_id) <= 19 and int(customer_id) <= MAX_ID:
        return f"/customers/{customer_id}"
    return _look(fields).address


def _look(fields: Fields) -> Shown:
    given = {name: _one(fields, f"shown-{name}") for name in Shown.__struct_fields__}
    try:
        return msgspec.convert({name: value for name, value in given.items() if value}, Shown)
    except msgspec.ValidationError as exc:
        raise Problem(Kind.INVALID, f"The form doesn't say where it stands: {exc}") from exc


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _button(path: str, work: Work, summary: str) -> Route:
    async def handle(request: web.Request) -> web.StreamResponse:
        fields: Fields = {}
        for name, value in await read_fields(request, max_fields=MAX_FIELDS):
            fields.setdefault(name, []).append(value)
        raise web.HTTPSeeOther(await work(request, fields))

    return Route(method="POST", path=path, handler=handle, summary=summary, is_page=True, media_type="text/html")


ROUTES = (
    _button("/inbox", change, "Change the picked incidents"),
    _button("/inbox/undo/{id}", undo, "Take it back"),
    _button("/inbox/views", save_view, "Save what is shown as a view"),
    _button("/inbox/views/{id}/remove", remove_view, "Delete a saved view"),
)
