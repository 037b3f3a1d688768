"""The outage page's controls: what a person may decide in its state, and which reports belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from channelhub.domain.outages import OutageState
from channelhub.pipeline.commands import outage_reports as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.rules.outage.lifecycle import Action, next_state
from channelhub.store import outages
from channelhub.store.database import Session
from channelhub.web.auth import PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id
from channelhub.web.pages.doing import Form, read_form
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

_BY_PEOPLE = (Action.CONFIRM, Action.MONITOR, Action.RESOLVE, Action.DISMISS)
_MOST_OTHERS = 50
MOST_PICKED = 200  # reports that the page shows with a box


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the page offers. `others` are the open outages that it may be merged into: id and title."""

    actions: Sequence[str]
    others: Sequence[tuple[str, str]]
    is_merged: bool
    is_open: bool


async def controls(session: Session, outage_id: int) -> Controls:
    """What may be decided about an outage as it stands."""
    known = await outages.get(session, outage_id)
    if known is None:
        return Controls(actions=(), others=(), is_merged=False, is_open=False)
    is_open = known.state.is_open and known.state is not OutageState.EMERGING
    others = [one for one in await outages.still_open(session) if one.id != outage_id] if is_open else []
    return Controls(
        actions=[str(action) for action in _BY_PEOPLE if next_state(known.state, action) is not None],
        others=[(str(one.id), one.title) for one in others[:_MOST_OTHERS] if one.state is not OutageState.EMERGING],
        is_merged=known.merged_into is not None,
        is_open=is_open,
    )


async def merge(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    whole = await commands.merge(*_who(request), _id(form.get("into", ""), "into"), version=_version(form))
    raise web.HTTPSeeOther(f"/outages/{whole.id}")


async def unmerge(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    again = await commands.unmerge(*_who(request), version=_version(form))
    raise web.HTTPSeeOther(f"/outages/{again.id}")


async def split(request: web.Request) -> web.StreamResponse:
    form = await read_form(request, max_fields=MOST_PICKED + 10)
    title = form.get("title", "").strip()[: commands.MAX_TITLE]
    new = await commands.split(*_who(request), _picked(form), title=title, version=_version(form))
    raise web.HTTPSeeOther(f"/outages/{new.id}")


async def move_out(request: web.Request) -> web.StreamResponse:
    """Each picked report by itself: what was moved stays moved where a later one is refused."""
    form = await read_form(request, max_fields=MOST_PICKED + 10)
    acting, actor, outage_id = _who(request)
    for message_id in _picked(form):
        await commands.move_out(acting, actor, outage_id, message_id)
    raise web.HTTPSeeOther(f"/outages/{outage_id}")


def _who(request: web.Request) -> tuple[Acting, str, int]:
    return request.app[PARTS].acting, request[PRINCIPAL].actor, path_id(request)


def _picked(form: Form) -> list[int]:
    """The reports whose boxes are checked: fields named `report-` and the message's id."""
    found = [_id(name.removeprefix("report-"), name) for name in form if name.startswith("report-")]
    if not found:
        raise Problem(Kind.INVALID, "No report is picked.", errors={"report": "pick at least one"})
    return found


def _id(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID):
        raise Problem(Kind.INVALID, "The form names no id.", errors={field[:40]: "is no id"})
    return int(text)


def _version(form: Form) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


ROUTES = tuple(
    Route(
        method="POST",
        path=f"/outages/{{id}}/{word}",
        handler=handler,
        summary=summary,
        is_page=True,
        media_type="text/html",
    )
    for word, handler, summary in (
        ("merge", merge, "The same matter as another"),
        ("unmerge", unmerge, "Not the same after all"),
        ("split", split, "These reports are another matter"),
        ("move-out", move_out, "These reports are about something else"),
    )
)
