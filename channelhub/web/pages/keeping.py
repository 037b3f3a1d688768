"""For how long messages are kept, and what would go by the rules or by one to try: a page for administrators."""

from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.settings.retention import LEAST_MESSAGE_DAYS
from channelhub.web.auth import ADMIN
from channelhub.web.bodies import read_query
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes.retention import PreviewQuery, messages_kept, preview_view, tried
from channelhub.web.routing import page

MOST_DAYS = 36_500


class KeptQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`count`: count by the rules, or with days by the one that is named."""

    account: Annotated[str, msgspec.Meta(max_length=63)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=63)] = ""
    days: Annotated[int, msgspec.Meta(ge=LEAST_MESSAGE_DAYS, le=MOST_DAYS)] | None = None
    by_age: bool = False
    count: bool = False


async def kept(request: web.Request) -> web.Response:
    query = read_query(request, KeptQuery)
    expiry = request.app[PARTS].expiry
    counted = None
    if expiry is not None and (query.count or query.days is not None):
        asked = PreviewQuery(
            account=query.account.strip(), channel=query.channel.strip(), days=query.days, keep_open=not query.by_age
        )
        rules = expiry.rules if query.days is None else tried(asked, ())
        counted = preview_view(await expiry.preview(rules)).items
    return render(
        request,
        "retention.html",
        query=query,
        known=await messages_kept(request),
        counted=counted,
        least=LEAST_MESSAGE_DAYS,
        most=MOST_DAYS,
    )


ROUTES = (page("/retention", kept, "How long messages are kept, and what would go", roles=ADMIN),)
