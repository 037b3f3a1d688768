"""A real HTTP server with the form mounted as the daemon mounts it, and a hub that commits, refuses or waits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Handler, HealthReport, Receipt
from channelhub.sdk.errors import NotCommitted
from connectors.webform.config import WebformConfig
from connectors.webform.parse import parse
from connectors.webform.plugin import plugin
from connectors.webform.proof import is_proved


def solved(time_token: str, bits: int = 14) -> str:
    """The proof that the page's script would find."""
    return next(number for number in map(str, range(10_000_000)) if is_proved(time_token, number, bits))


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Silent:
    """A logger whose lines a test can read."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, event: str, **values: Any) -> None:
        self.lines.append(repr((event, values)))


class FormSite:
    """One form account behind HTTP. `stored` is what was committed; `refusal` makes every deliver fail."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.site = url
        self.url = f"{url}/forms/site-form"
        self.now = NOW
        self.has_status = False  # as in a hub that shows senders how their requests stand
        self.peer = "203.0.113.9"
        self.log = Silent()
        self.stored: dict[str, RawMessage] = {}
        self.refusal: NotCommitted | None = None
        self.running: asyncio.Future[None] | None = None
        self.check: Callable[[], Awaitable[HealthReport]]

    async def deliver(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        if self.refusal is not None:
            raise self.refusal
        receipts = []
        for raw in raws:
            is_duplicate = raw.delivery_id in self.stored
            self.stored.setdefault(raw.delivery_id, raw)
            receipts.append(Receipt(inbox_id=list(self.stored).index(raw.delivery_id) + 1, is_duplicate=is_duplicate))
        return receipts

    @property
    def raw(self) -> RawMessage:
        [raw] = self.stored.values()
        return raw

    @property
    def message(self) -> NewMessage:
        [item] = parse(self.raw)
        assert isinstance(item, NewMessage)
        return item

    async def stop(self) -> None:
        """Cancel the connector as the supervisor does; the HTTP server stays up."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    async def post(self, **how: Any) -> aiohttp.ClientResponse:
        how.setdefault("allow_redirects", False)
        async with self.session.post(self.url, **how) as response:
            await response.read()
            return response


@asynccontextmanager
async def form_site(config: WebformConfig, *, is_public: bool = True) -> AsyncIterator[FormSite]:
    """The running form. Unless `is_public`, its public address is the one it really listens on."""
    handlers: list[Handler] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        return await handlers[0](request)

    app = web.Application()
    app.router.add_route("*", "/forms/site-form", serve)
    app.router.add_route("*", "/forms/site-form/{tail:.*}", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}".format(*runner.addresses[0][:2])
    async with aiohttp.ClientSession() as session:
        site = FormSite(session, url)

        async def no_cursor(scope: str) -> str | None:
            return None

        context = Context(
            account="site-form",
            log=site.log,
            http=session,
            now=lambda: site.now,
            cursor=no_cursor,
            mount=handlers.append,
            public_url="https://hub.example" if is_public else url,
            peer_address=lambda request: site.peer,
            status_path=lambda inbox_id, until: f"/status/{inbox_id}-{until:%Y%m%d}" if site.has_status else "",
        )
        connector = plugin.build(config, context)
        site.check = connector.check
        site.running = asyncio.ensure_future(connector.run(site.deliver))
        try:
            await asyncio.sleep(0)  # the connector's first step, after which it takes posts
            yield site
        finally:
            await site.stop()
            await runner.cleanup()
