"""A message in full."""

from aiohttp import web

from channelhub.domain.spans import pieces
from channelhub.store import transcripts
from channelhub.web.bodies import path_id
from channelhub.web.pages.rendering import render
from channelhub.web.pages.unfolding import thumbnails
from channelhub.web.parts import PARTS
from channelhub.web.routes import contents
from channelhub.web.routes.similar import similar_views
from channelhub.web.routing import page

SIMILAR = 5


async def message(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        one = await contents.load(session, path_id(request))
        files = (await transcripts.files(session, [int(one.id)])).get(int(one.id), ())
    alike = await similar_views(parts, path_id(request), limit=SIMILAR)
    return render(
        request, "message.html", one=one, alike=alike, pieces=pieces(one.text, one.hidden), pictures=thumbnails(files)
    )


ROUTES = (page("/messages/{id}", message, "A message in full"),)
