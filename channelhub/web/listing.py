"""Lists in the form that `Accept` asks for: JSON, CSV or JSON Lines; a page, or all of it.

With `limit`, CSV and lines are that page, and `Link` leads to the next. Without it all that follows is sent, page after
page, as fast as the client reads: a list of any length takes the memory of a page.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import msgspec
from aiohttp import web

from channelhub.web import rows
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

PAGE: Final = 100  # as many as every list gives at once
MOST_EXPORTS: Final = 8  # whole lists at the same time
EXPORTS: web.AppKey[set[int]] = web.AppKey("exports", set)

StillAllowed = Callable[[web.Request], Awaitable[bool]]


class Form(Enum):
    """The media types of a list."""

    JSON = "application/json"
    CSV = "text/csv"
    LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The form of a list. `has_bom`: with a byte order mark before CSV."""

    form: Form = Form.JSON
    has_bom: bool = False


def wanted_form(accept: str) -> Wanted:
    """What an `Accept` field asks for (RFC 9110, 12.5.1): the form of the highest weight, of equal ones the one that is
    named, not only allowed; JSON where none is."""
    best, rank = Wanted(), (0.0, False)
    for media_range in accept.lower().split(","):
        name, *given = (part.strip() for part in media_range.split(";"))
        parameters = {key.strip(): value.strip() for key, _, value in (part.partition("=") for part in given)}
        forms = [form for form in Form if form.value == name]
        found = forms or ([Form.JSON] if name in ("*/*", "application/*") else [])
        here = (_weight(parameters.get("q", "1")), bool(forms))
        if found and here[0] and here > rank:
            best, rank = Wanted(form=found[0], has_bom=parameters.get("bom") == "true"), here
    return best


def _weight(text: str) -> float:
    try:
        return float(text) if 0 < float(text) <= 1 else 0.0
    except ValueError:
        return 0.0


async def answer_list(request: web.Request, route: Route, is_still_allowed: StillAllowed) -> web.StreamResponse:
    """What the route answers, in the form that is asked for. Raises Problem (503) where too many lists are sent whole;
    cuts the connection where one can't be sent to its end."""
    wanted = wanted_form(",".join(request.headers.getall("Accept", [])))
    if wanted.form is Form.JSON:
        return await route.handler(request)
    writing = _Writing(route, wanted)
    if route.cursor and not request.query.get("limit"):
        return await _whole(request, route, writing, is_still_allowed)
    found = await _page(request, route)
    headers = writing.headers()
    if found.get("next"):
        following = request.rel_url.update_query({route.cursor: found["next"]})
        headers["Link"] = f'<{following}>; rel="next"'
    return web.Response(body=writing.head() + writing.lines(found["items"]), headers=headers)


class _Writing:
    """How the items of a route are written."""

    def __init__(self, route: Route, wanted: Wanted) -> None:
        kind = rows.item_kind(route.answer)
        assert kind is not None, "only lists are written so"
        self._columns = rows.columns_of(kind)
        self._wanted = wanted

    def headers(self) -> dict[str, str]:
        is_csv = self._wanted.form is Form.CSV
        content_type = f"{self._wanted.form.value}; charset=utf-8{'; header=present' if is_csv else ''}"
        return {"Content-Type": content_type, "Vary": "Accept"}

    def head(self) -> bytes:
        if self._wanted.form is not Form.CSV:
            return b""
        return ((rows.BOM if self._wanted.has_bom else "") + rows.csv_lines([self._columns.names])).encode()

    def lines(self, items: list[Any]) -> bytes:
        if self._wanted.form is Form.CSV:
            return rows.csv_lines([self._columns.cells(item) for item in items]).encode()
        return "".join(map(rows.json_line, items)).encode()


async def _whole(
    request: web.Request, route: Route, writing: _Writing, is_still_allowed: StillAllowed
) -> web.StreamResponse:
    exports = request.app[EXPORTS]
    if len(exports) >= MOST_EXPORTS:
        raise Problem(Kind.UNAVAILABLE, f"{MOST_EXPORTS} lists are being sent whole.", headers={"Retry-After": "5"})
    exports.add(id(request))
    is_whole = False
    response = web.StreamResponse(headers=writing.headers())
    try:
        found = await _page(_at(request, route, ""), route)  # what is refused is refused before anything is sent
        await response.prepare(request)
        if request.method == "HEAD":
            is_whole = True
            return response
        await response.write(writing.head() + writing.lines(found["items"]))
        while found["next"] and await is_still_allowed(request):
            found = await _page(_at(request, route, found["next"]), route)
            await response.write(writing.lines(found["items"]))
        if not found["next"]:
            await response.write_eof()
            is_whole = True
        return response
    finally:
        exports.discard(id(request))
        if response.prepared and not is_whole and request.transport is not None:
            request.transport.abort()  # a client must not take a part for the whole


def _at(request: web.Request, route: Route, cursor: str) -> web.Request:
    """The request for the page at this cursor; empty: for the first one that was asked for."""
    query = {"limit": str(PAGE)} | ({route.cursor: cursor} if cursor else {})
    return request.clone(rel_url=request.rel_url.update_query(query))


async def _page(request: web.Request, route: Route) -> dict[str, Any]:
    answer = await route.handler(request)
    assert isinstance(answer, web.Response), "a page is answered whole"
    assert isinstance(answer.body, bytes), "JSON is encoded before it is answered"
    return msgspec.json.decode(answer.body, type=dict[str, Any])
