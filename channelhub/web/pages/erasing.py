"""The form that erases a customer, and the receipts of what was erased."""

from aiohttp import web

from channelhub.pipeline.commands import erasing as commands
from channelhub.store import erasures
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import path_id
from channelhub.web.pages.doing import read_form
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.routes.personal_data import NEWEST, view
from channelhub.web.routing import Route, page


async def erase(request: web.Request) -> web.StreamResponse:
    """Asks for it and leads to its receipt; what is typed to confirm is one of the customer's addresses or names."""
    form = await read_form(request)
    acting, actor = request.app[PARTS].acting, request[PRINCIPAL].actor
    made = await commands.erase(acting, actor, path_id(request), confirm=form.get("confirm", "")[:400])
    raise web.HTTPSeeOther(f"/erasures#e{made.id}")


async def receipts(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        found = await erasures.newest(session, limit=NEWEST)
    why = parts.erasures_wait()
    return render(request, "erasures.html", receipts=[view(one, why) for one in found])


ROUTES = (
    Route(
        method="POST",
        path="/customers/{id}/erase",
        handler=erase,
        summary="Erase a customer",
        roles=ADMIN,
        is_page=True,
        media_type="text/html",
    ),
    page("/erasures", receipts, "Receipts of erasures", roles=ADMIN),
)
