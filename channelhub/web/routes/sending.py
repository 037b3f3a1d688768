"""What waits to be sent: looked at before sending goes on after a restore."""

from datetime import datetime

import msgspec
from aiohttp import web

from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import from_us
from channelhub.pipeline.commands import hub as commands
from channelhub.store import hub as facts
from channelhub.store import outbox
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route

SHOWN = 100
TEXT_CHARS = 200


class WaitingView(msgspec.Struct, frozen=True, kw_only=True):
    """A message that goes out next. `text` is its beginning."""

    id: str
    kind: str
    account: str
    to: str
    subject: str
    text: str
    created_at: datetime


class SendingView(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting` counts all that would go out, `items` are the first of them."""

    paused: bool
    waiting: int
    items: list[WaitingView]


async def view(session: Session) -> SendingView:
    """Whether sending is paused, and what waits."""
    depth = await outbox.depth(session)
    items = await commands.would_send(session)
    return SendingView(
        paused=await facts.fact(session, facts.SENDING_PAUSED) is not None,
        waiting=depth.get(str(OutboxState.QUEUED), 0),
        items=[_waiting(one) for one in items[:SHOWN]],
    )


async def sending(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await view(session))


def _waiting(one: OutboxItem) -> WaitingView:
    return WaitingView(
        id=str(one.id),
        kind=one.kind,
        account=one.account,
        to=one.payload.to,
        subject=one.payload.subject,
        text=one.payload.text[:TEXT_CHARS],
        created_at=from_us(one.created_us),
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/sending",
        handler=sending,
        roles=ADMIN,
        summary="What waits to be sent, and whether sending is paused",
        answer=SendingView,
    ),
)
