"""The audit as a page for administrators."""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.store.audit import LOOK
from channelhub.web.auth import ADMIN
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes.audit import AuditQuery, audit_page
from channelhub.web.routing import page

PAGE = 100


class ShownQuery(msgspec.Struct, frozen=True, kw_only=True):
    actor: Annotated[str, msgspec.Meta(max_length=200)] = ""
    action: Annotated[str, msgspec.Meta(max_length=100)] = ""
    customer: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | None = None
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


async def audit(request: web.Request) -> web.Response:
    query = read_query(request, ShownQuery)
    asked = AuditQuery(
        actor=query.actor.strip(), action=query.action.strip(), customer=query.customer, before=query.before, limit=PAGE
    )
    async with request.app[PARTS].store.readers.read() as session:
        found = await audit_page(session, asked)
    said = {name: value for name, value in msgspec.to_builtins(query).items() if value not in (None, "")}
    older = f"/audit?{urlencode({**said, 'before': found.next})}" if found.next else None
    return render(request, "audit.html", query=query, lines=found.items, older=older, look=LOOK)


ROUTES = (page("/audit", audit, "Who did what, and who looked at whom", roles=ADMIN),)
