"""One table says which routes exist, who may use them, and what goes in and out: code, checks and API document."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from channelhub.web.auth import AGENT, READ, SAFE_METHODS, Role
from channelhub.web.deprecation import Deprecation
from channelhub.web.rows import item_kind

JSON_BYTES = 1024 * 1024
STREAM = "text/event-stream"
#: Stands for the roles that a route's method gives it: who reads may look, agents change.
_BY_METHOD = frozenset(Role)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one address. `roles` empty: no token is needed."""

    method: str
    path: str
    handler: Handler
    summary: str
    roles: frozenset[Role] = _BY_METHOD
    query: type[msgspec.Struct] | None = None
    body: Any = None  # a Struct, or None where no JSON is read
    body_media_type: str = ""  # of a body that is taken as it is
    answer: Any = None  # a Struct of the 2xx answer
    status: int = 200
    media_type: str = "application/json"
    problems: tuple[int, ...] = ()  # statuses beside 401 and 403 that a caller must expect
    description: str = ""
    is_repeatable: bool = False  # the handler itself drops repetitions, so it may run again where it was cut off
    is_answer_secret: bool = False  # the answer must not be kept in the database
    deprecation: Deprecation | None = None  # it will go: callers are told
    is_page: bool = False  # HTML for people: not in the API document

    def __post_init__(self) -> None:
        if self.roles is _BY_METHOD:
            object.__setattr__(self, "roles", READ if self.method in SAFE_METHODS else AGENT)

    @property
    def methods(self) -> tuple[str, ...]:
        """What it is asked by: HEAD, too, where GET shows something that has an end (RFC 9110, 9.3.2)."""
        has_head = self.method == "GET" and self.media_type != STREAM
        return ("GET", "HEAD") if has_head else (self.method,)

    @property
    def needs_token(self) -> bool:
        return bool(self.roles)

    @property
    def is_thing(self) -> bool:
        """Whether it answers one thing by its id: with an ETag, and changed under If-Match at the same address."""
        is_json = self.answer is not None and self.media_type == "application/json"
        return self.method == "GET" and is_json and self.path.endswith("}") and not self.is_page

    @property
    def is_list(self) -> bool:
        """Whether it answers a list: also as CSV and JSON Lines."""
        return self.method == "GET" and not self.is_page and item_kind(self.answer) is not None

    @property
    def cursor(self) -> str:
        """The parameter that takes a list's cursor; empty where it has one page only."""
        known = self.query.__struct_encode_fields__ if self.query is not None else ()
        return next((name for name in ("before", "after") if self.is_list and name in known), "")

    @property
    def takes_key(self) -> bool:
        """Whether an Idempotency-Key is heeded."""
        return self.method == "POST" and self.needs_token and not self.is_page


def page(path: str, handler: Handler, summary: str, **more: Any) -> Route:
    """A page for people, that shows."""
    return Route(
        method="GET", path=path, handler=handler, summary=summary, is_page=True, media_type="text/html", **more
    )


ROUTE = web.RequestKey("route", Route)
