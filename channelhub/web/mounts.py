"""Push connectors' own addresses: /hooks/{account}, /forms/{account}, /chat/{account} with anything behind it.

A connector checks the vendor's signature over the raw body itself; here only the way to it is found.
"""

from collections.abc import Callable
from contextlib import nullcontext

from aiohttp import web

from channelhub.sdk.contract import Handler, Mount
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.turns import Turns

MAX_BYTES = {Mount.HOOKS: 1024 * 1024, Mount.FORMS: 12 * 1024 * 1024, Mount.CHAT: 1024 * 1024}

UNPROVED = frozenset({401, 403})


class Mounts:
    """Which handler serves which account. Connectors come and go while the server runs.

    Accounts take turns (`channelhub.web.turns`). A chat's connections stay open, so their number is
    the chat's own to bound. `posted` is told of each post to a hook that was taken, or that proved nothing.
    """

    def __init__(
        self,
        posted: Callable[[str, bool], None] = lambda _account, _is_refused: None,
        *,
        turns: Turns | None = None,
    ) -> None:
        self._handlers: dict[str, Handler] = {}
        self._posted = posted
        self._turns = turns or Turns()

    def for_account(self, account: str) -> Callable[[Handler], None]:
        """The `mount` of that account's Context."""

        def mount(handler: Handler) -> None:
            self._handlers[account] = handler

        return mount

    def remove(self, account: str) -> None:
        self._handlers.pop(account, None)

    def add_to(self, router: web.UrlDispatcher) -> None:
        for prefix in MAX_BYTES:
            handler = self._dispatch(prefix)
            router.add_route("*", f"/{prefix}/{{account}}", handler)
            router.add_route("*", f"/{prefix}/{{account}}/{{tail:.*}}", handler)

    def _dispatch(self, prefix: Mount) -> Handler:
        async def dispatch(request: web.Request) -> web.StreamResponse:
            name = request.match_info["account"]
            handler = self._find(request.app[PARTS], prefix, name)
            sized = request.clone(client_max_size=MAX_BYTES[prefix])
            async with nullcontext() if prefix is Mount.CHAT else self._turns.held(name):
                answer = await handler(sized)
            is_refused = answer.status in UNPROVED
            if prefix is Mount.HOOKS and (is_refused or (answer.status < 300 and request.method != "GET")):
                self._posted(name, is_refused)
            return answer

        return dispatch

    def _find(self, parts: WebParts, prefix: Mount, name: str) -> Handler:
        if parts.mount_of(name) is not prefix:
            raise Problem(Kind.UNKNOWN_ACCOUNT, "No account is served at this address.")
        handler = self._handlers.get(name)
        if handler is None:
            raise Problem(Kind.UNAVAILABLE, "This account is starting.", headers={"Retry-After": "5"})
        return handler
