"""Read history again after a parser was mended: page by page, so that one request stays bounded."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import to_us
from channelhub.pipeline.replay import PAGE, Replayed
from channelhub.web.answers import first_message_id, json_answer
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import MAX_ID, read_json
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries to read again. With `dry_run` nothing is written."""

    dry_run: bool = False
    account: Annotated[str, msgspec.Meta(max_length=64, description="Only its deliveries; empty: all.")] = ""
    since: Annotated[datetime, msgspec.Meta(tz=True, description="Only those received since then.")] | None = None
    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="At most so many deliveries.")] = PAGE


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """One field, its texts shortened."""

    field: str
    before: str
    after: str


class ChangedView(msgspec.Struct, frozen=True, kw_only=True):
    """A message that reads differently now. `new`: nothing was made of it before."""

    message_id: str
    account: str
    new: bool
    differences: list[FieldView]


class UnreadableView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that can't be read any more; what is stored of it stays."""

    id: str
    account: str
    reason: str


class ReplayPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`, null at the end; `newest` is the last delivery there is."""

    deliveries: int
    changed: list[ChangedView]
    unreadable: list[UnreadableView]
    next: int | None
    newest: int


def view(found: Replayed) -> ReplayPage:
    """A page as the API shows it."""
    return ReplayPage(
        deliveries=found.deliveries,
        changed=[
            ChangedView(
                message_id=str(one.message_id),
                account=one.account,
                new=one.is_new,
                differences=[FieldView(field=by.field, before=by.before, after=by.after) for by in one.differences],
            )
            for one in found.changed
        ],
        unreadable=[
            UnreadableView(id=first_message_id(one.inbox_id), account=one.account, reason=one.reason)
            for one in found.unreadable
        ],
        next=found.last,
        newest=found.newest,
    )


async def replay(request: web.Request) -> web.Response:
    body = await read_json(request, ReplayRequest)
    replaying = request.app[PARTS].replay
    if replaying is None:
        raise Problem(Kind.UNAVAILABLE, "This server reads nothing again: it has no parsers.")
    since_us = to_us(body.since) if body.since is not None else 0
    if not body.dry_run and body.after == 0:
        await replaying.record(request[PRINCIPAL].actor, account=body.account, since_us=since_us)
    found = await replaying.page(
        is_dry_run=body.dry_run, after=body.after, account=body.account, since_us=since_us, limit=body.limit
    )
    return json_answer(view(found))


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/replay",
        handler=replay,
        summary="Read stored deliveries again and mend what comes from their bytes",
        roles=ADMIN,
        body=ReplayRequest,
        answer=ReplayPage,
        problems=(400, 415, 422, 503),
    ),
)
