"""A bot between a local Bot API server and a real store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.inbox import Inbox
from channelhub.sdk.contract import Context, Deliver, Handler
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import RecordingLog
from channelhub.store import inbox as inbox_rows
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics
from connectors.telegram.config import TelegramConfig
from connectors.telegram.plugin import TelegramConnector, build
from tests.emptystore import open_store
from tests.servers.telegram import TOKEN, BotServer

SECRET = "a-secret_made-up-by-us"


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: BotServer
    store: Store
    http: aiohttp.ClientSession
    deliver: Deliver
    hook_url: str
    log: RecordingLog = field(default_factory=RecordingLog)
    handler: Handler | None = None
    failures: list[Unavailable] = field(default_factory=list)

    def connector(self, **settings: Any) -> TelegramConnector:
        """A connector built anew, as after a restart."""
        values = {
            "token": Secret(TOKEN),
            "base_url": self.server.url,
            "webhook_secret": Secret(SECRET),
            "poll_timeout_s": 1,
            "request_timeout_s": 2,
        }
        return build(TelegramConfig(**(values | settings)), self.context())

    def context(self) -> Context:
        return Context(
            account="bot",
            log=self.log,
            http=self.http,
            now=lambda: datetime.now(UTC),
            cursor=self.cursor,
            mount=self._mount,
            public_url=self.hook_url.removesuffix("/hooks/bot"),
        )

    def _mount(self, handler: Handler) -> None:
        self.handler = handler

    async def cursor(self, scope: str) -> str | None:
        async with self.store.readers.read() as session:
            return await inbox_rows.read_cursor(session, "bot", scope)

    async def stored(self) -> list[RawMessage]:
        """What is in the inbox, in the order it was committed."""
        async with self.store.readers.read() as session:
            waiting = await inbox_rows.oldest_pending(session, limit=10_000)
            return [row.raw for row in await inbox_rows.get_many(session, waiting)]

    @asynccontextmanager
    async def running(self, connector: TelegramConnector, deliver: Deliver | None = None) -> AsyncIterator[None]:
        """The connector under an impatient supervisor; what it raised stands in `failures`."""

        async def keep() -> None:
            while True:
                try:
                    await connector.run(deliver or self.deliver)
                except Unavailable as exc:
                    self.failures.append(exc)
                    await asyncio.sleep(0)

        task = asyncio.create_task(keep())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(claim: Callable[[], bool], *, within_s: float = 20.0) -> None:
    """Wait for a condition; fails when it doesn't come."""
    async with asyncio.timeout(within_s):
        while not claim():
            await asyncio.sleep(0.005)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await open_store(tmp_path, now=datetime.now(UTC), on_broken=lambda exc: None)
    writing = asyncio.create_task(store.writer.run())
    inbox = Inbox(
        store, DiskFloor(tmp_path, 0), now=lambda: datetime.now(UTC), metrics=Metrics(), on_commit=lambda: None
    )
    box: list[Desk] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        handler = box[0].handler
        return await handler(request) if handler else web.Response(status=404)

    app = web.Application()
    app.router.add_route("*", "/hooks/bot", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}/hooks/bot".format(*runner.addresses[0][:2])
    try:
        async with BotServer() as server, aiohttp.ClientSession() as http:
            box.append(Desk(server=server, store=store, http=http, deliver=inbox.deliver_for("bot"), hook_url=url))
            yield box[0]
    finally:
        await runner.cleanup()
        await store.writer.stop()
        await writing
        await store.close()
