"""Accounts and how they are doing; alert targets, webhooks, tokens."""

from aiohttp import web

from channelhub.store import tokens, webhooks
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes.alerts import target_views
from channelhub.web.routing import page
from channelhub.web.views import tokens as token_views
from channelhub.web.views import webhooks as webhook_views

PAGE = 50
ENDPOINTS = 1000  # that are looked through for those that need somebody
TOKENS = 200  # of those that are not revoked, the newest


async def accounts(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        targets = await target_views(session, parts.alert_targets())
        endpoints = webhook_views.healths(await webhooks.page(session, after=0, limit=ENDPOINTS))
        is_admin = request[PRINCIPAL].role in ADMIN
        live = await tokens.live(session, limit=TOKENS) if is_admin else []
    return render(
        request,
        "accounts.html",
        accounts=parts.accounts(),
        targets=targets,
        webhooks=endpoints[:PAGE],
        tokens=[token_views.token(one) for one in live],
        now=parts.acting.now(),
    )


ROUTES = (page("/accounts", accounts, "Accounts and how they are doing"),)
