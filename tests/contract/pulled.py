"""A tiny pulled connector that also sends, with its vendor: a numbered queue read by offset over HTTP."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector, Context, Cursor, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.testing import MemoryHub, SenderRig
from tests.contract.pushed import Config, parse

ACCOUNT = "queue"
SCOPE = "offset"
LONG_POLL_S = 1.0


class Pulled:
    """The connector: asks from an offset on; asking confirms what is below it."""

    def __init__(self, context: Context, url: str) -> None:
        self.context = context
        self.url = url

    async def run(self, deliver: Deliver) -> None:
        while True:
            stored = await self.context.cursor(SCOPE)
            numbered = await self.ask(stored or "0")
            if numbered:
                raws = [self.raw(body) for _, body in numbered]
                await self.take(deliver, raws, Cursor(scope=SCOPE, value=str(numbered[-1][0] + 1), expected=stored))

    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await deliver(raws, cursor)
        self.context.log.info("messages.stored", count=len(raws))

    def raw(self, body: str) -> RawMessage:
        return RawMessage(account=self.context.account, delivery_id=json.loads(body)["id"], body=body.encode())

    async def ask(self, offset: str) -> list[tuple[int, str]]:
        try:
            async with self.context.http.get(f"{self.url}/updates", params={"offset": offset}) as answer:
                return [(number, body) for number, body in await answer.json()]
        except aiohttp.ClientConnectionError as exc:
            raise Unavailable("the queue can't be reached") from exc

    async def check(self) -> HealthReport:
        async with self.context.http.get(f"{self.url}/ping") as answer:
            return HealthReport(health=Health.OK if answer.ok else Health.DOWN)

    async def send(self, message: Outbound) -> SendReceipt:
        try:
            async with self.context.http.post(f"{self.url}/send", json={"text": message.text}) as answer:
                if answer.status >= 400:
                    raise Rejected(f"the queue answered {answer.status}")
                return SendReceipt(external_id=await answer.text())
        except aiohttp.ClientConnectorError as exc:
            raise Unavailable("the queue can't be reached") from exc


class QueueConfig(Config, frozen=True, forbid_unknown_fields=True):
    url: str


PLUGIN = Plugin(
    manifest=Manifest(
        kind="queue", title="Queue", config=QueueConfig, channel="queue", identity_kind="device", can_send=True
    ),
    build=lambda config, context: Pulled(context, config.url),
    parse=parse,
)


class PullRig(SenderRig):
    """The vendor: keeps every message until it is asked for a later offset."""

    plugin = PLUGIN
    customer = ("device-5501",)

    def __init__(self) -> None:
        self._bodies: list[str] = []
        self._first_kept = 0
        self._news = asyncio.Event()
        self._sent: list[str] = []
        self._loses_answers = False
        self._runner: web.AppRunner | None = None
        self._url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/updates", self._updates)
        app.router.add_get("/ping", self._ping)
        app.router.add_post("/send", self._send)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def build(self, hub: MemoryHub) -> Connector:
        return self.plugin.build(QueueConfig(url=self._url), hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        key = str(len(self._bodies))
        self._bodies.append(json.dumps({"id": key, "user": self.customer[0], "text": text}))
        self._news.set()
        return key

    async def redeliver(self, key: str) -> None:
        self._first_kept = min(self._first_kept, int(key))
        self._news.set()

    def acknowledged(self) -> set[str]:
        return {str(number) for number in range(self._first_kept)}

    def vectors(self) -> Sequence[RawMessage]:
        return [RawMessage(account=ACCOUNT, delivery_id="7", body=b'{"id": "7", "user": "u", "text": "hi"}')]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=self.customer[0], text=text)

    def sent(self) -> Sequence[str]:
        return self._sent

    async def refuse_connections(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def lose_answers(self) -> None:
        self._loses_answers = True

    async def _updates(self, request: web.Request) -> web.Response:
        offset = int(request.query["offset"])
        self._first_kept = max(self._first_kept, offset)
        if offset >= len(self._bodies):
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), LONG_POLL_S)
            except TimeoutError:
                return web.json_response([])
        first = max(offset, self._first_kept)
        return web.json_response(list(enumerate(self._bodies))[first:])

    async def _ping(self, request: web.Request) -> web.Response:
        return web.Response(text="pong")

    async def _send(self, request: web.Request) -> web.Response:
        self._sent.append((await request.json())["text"])
        if self._loses_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text=str(len(self._sent)))
