"""Who did what, and who looked at whom: for administrators."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import from_us
from channelhub.pipeline import card as cards
from channelhub.store import audit, people
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import ADMIN
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route

_MOST_IDENTITIES = 200  # of a customer, whose lines are looked for
_Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of the audit."""

    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Older lines: `next` of the page before.")] = (
        MAX_ID
    )
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 100
    actor: Annotated[str, msgspec.Meta(max_length=200, description="Only what they did, as `agent:kate`.")] = ""
    action: Annotated[str, msgspec.Meta(max_length=100, description="Only this, as `customer.look`.")] = ""
    customer: Annotated[
        _Id | None, msgspec.Meta(description="Only looks at them, and what was done to their addresses.")
    ] = None


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to what. `detail` of a look says how often they saw what of the customer in the ten minutes from
    `at` on."""

    id: str
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, str]


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[AuditView]
    next: str | None


async def listed(request: web.Request) -> web.Response:
    query = read_query(request, AuditQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await audit_page(session, query))


async def audit_page(session: Session, query: AuditQuery) -> AuditPage:
    ids = None
    if query.customer is not None:
        present = await cards.present_customer(session, query.customer)
        own = [] if present is None else await people.of_customer(session, present)
        ids = [one.id for one in own[:_MOST_IDENTITIES]]
    wanted = audit.Wanted(actor=query.actor, action=query.action, identity_ids=ids)
    lines = await audit.page(session, wanted, before=query.before, limit=query.limit)
    items = [
        AuditView(
            id=str(one.id),
            at=from_us(one.at_us),
            actor=one.actor,
            action=one.action,
            target=one.target,
            detail=one.detail,
        )
        for one in lines
    ]
    return AuditPage(items=items, next=items[-1].id if len(items) == query.limit else None)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/audit",
        handler=listed,
        summary="Who did what, and who looked at whom",
        roles=ADMIN,
        query=AuditQuery,
        answer=AuditPage,
        problems=(422,),
    ),
)
