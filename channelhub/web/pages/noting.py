"""Notes on pages: written, written anew, and where the reader is named."""

from dataclasses import replace

from aiohttp import web

from channelhub.pipeline.commands import notes as commands
from channelhub.store import notes
from channelhub.web.auth import AGENT, PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.pages.doing import Form, read_form
from channelhub.web.pages.rendering import UNSEEN, render
from channelhub.web.pages.returning import back_to
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.notes import MentionQuery, mention_page, writer
from channelhub.web.routing import Handler, Route, page

MOST_COUNTED = 100


async def add(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    conversation_id = _number(form, "conversation")
    note_id = await commands.write(
        request.app[PARTS].acting,
        writer(request),
        form.get("text", ""),
        customer_id=path_id(request),
        conversation_id=conversation_id,
        key=form.get("key", "")[:64],
    )
    raise web.HTTPSeeOther(f"{back_to(form, conversation_id)}#m{note_id}")


async def change(request: web.Request) -> web.StreamResponse:
    form, note_id = await read_form(request), path_id(request)
    conversation_id = _number(form, "conversation")
    await commands.change(
        request.app[PARTS].acting, writer(request), note_id, form.get("text", ""), revision=_number(form, "revision")
    )
    raise web.HTTPSeeOther(f"{back_to(form, conversation_id)}#m{note_id}")


async def mentions(request: web.Request) -> web.Response:
    query = read_query(request, MentionQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await mention_page(session, request[PRINCIPAL].name, query.before, query.limit)
    return render(request, "mentions.html", named=found.items, older=found.next)


async def see(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    await commands.see(request.app[PARTS].acting, request[PRINCIPAL].name, upto=_number(form, "upto"))
    raise web.HTTPSeeOther("/mentions")


def counting(route: Route) -> Route:
    """A page that shows in its head how often the reader is named where they haven't looked; others as they are."""
    if route.method != "GET" or not route.needs_token or not route.is_page:
        return route

    async def handle(request: web.Request) -> web.StreamResponse:
        async with request.app[PARTS].store.readers.read() as session:
            request[UNSEEN] = await notes.count_unseen(session, request[PRINCIPAL].name, most=MOST_COUNTED)
        return await handler(request)

    handler = route.handler
    return replace(route, handler=handle)


def _number(form: Form, name: str) -> int:
    """A number of the form; 0 where it has none. Raises Problem."""
    text = form.get(name, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID):
        raise Problem(Kind.INVALID, "The form is incomplete.", errors={name: "is no number"})
    return int(text)


def _posted(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method="POST", path=path, handler=handler, summary=summary, roles=AGENT, is_page=True, media_type="text/html"
    )


ROUTES = (
    page("/mentions", mentions, "Where I am named"),
    _posted("/mentions/seen", see, "Seen"),
    _posted("/customers/{id}/notes", add, "Write a note"),
    _posted("/notes/{id}", change, "Write a note anew"),
)
