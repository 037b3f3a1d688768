"""A real HTTP server with the chat mounted as the daemon mounts it, a hub that commits or refuses, and a transcript."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Handler, Receipt
from channelhub.sdk.errors import NotCommitted
from channelhub.sdk.testing.log import RecordingLog
from channelhub.sdk.transcript import Said, SaidFile
from connectors.webchat.config import WebchatConfig
from connectors.webchat.plugin import WebchatConnector, plugin

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SITE = "https://shop.example"


def own_id(number: int = 1) -> str:
    """How a browser names what it says."""
    return f"0b9a3c52-6c7e-4b52-9d1a-{number:012}"


def message(text: str = "Де моє замовлення?", number: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "message", "id": own_id(number), "text": text, **more}


@dataclass
class ChatSite:
    """One chat account behind HTTP. `stored` is what was committed; `refusal` makes every deliver fail."""

    session: aiohttp.ClientSession
    url: str
    peer: str = "203.0.113.9"
    now: datetime = NOW
    stored: dict[str, RawMessage] = field(default_factory=dict)
    refusal: NotCommitted | None = None
    talk: dict[str, list[Said]] = field(default_factory=dict)
    log: RecordingLog = field(default_factory=RecordingLog)

    connector: WebchatConnector = field(init=False)
    running: "asyncio.Future[None]" = field(init=False)

    async def deliver(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        if self.refusal is not None:
            raise self.refusal
        known = [raw.delivery_id in self.stored for raw in raws]
        for raw in raws:
            self.stored.setdefault(raw.delivery_id, raw)
        return [
            Receipt(inbox_id=list(self.stored).index(raw.delivery_id) + 1, is_duplicate=is_known)
            for raw, is_known in zip(raws, known, strict=True)
        ]

    async def page(self, key: str, *, since: datetime, before: str = "", limit: int = 50) -> Sequence[Said]:
        """The transcript: what `says` said."""
        end = int(before) if before else None
        return [one for one in self.talk.get(key, [])[:end] if one.at >= since][-limit:]

    async def file(self, key: str, said_id: str, number: int, *, since: datetime) -> SaidFile | None:
        found = [one for one in self.talk.get(key, []) if one.id == said_id and one.at >= since]
        return found[0].files[number] if found and number < len(found[0].files) else None

    def says(self, place: str, text: str, *, age: timedelta = timedelta(), **more: Any) -> Said:
        """Something of ours that stands in the hub's tables."""
        here = self.talk.setdefault(place, [])
        one = Said(
            id=f"ch.{len(here)}", place=str(len(here)), is_ours=True, text=text, at=self.now - age,
            state=OutboxState.SENT,
        )  # fmt: skip
        here.append(replace(one, **more))
        return here[-1]

    async def answer(self, place: str, text: str) -> None:
        """The hub sends."""
        await self.connector.send(
            Outbound(id=1, to=place, conversation_key=place, text=text, reply_token=f"ch.token.{text}")
        )

    @asynccontextmanager
    async def tab(self, *, visitor: str = "", identity: str = "") -> AsyncIterator["Browser"]:
        """A page that said hello by WebSocket."""
        async with self.session.ws_connect(self.url, origin=SITE) as socket:
            await socket.send_json({"type": "hello", "visitor": visitor, "identity": identity})
            yield Browser(socket, await hear(socket))

    async def post(self, body: Any, *, origin: str = SITE, path: str = "") -> tuple[int, Any]:
        headers = {"Origin": origin} if origin else {}
        async with self.session.post(self.url + path, json=body, headers=headers) as answer:
            is_json = "json" in answer.content_type
            return answer.status, await answer.json() if is_json else await answer.read()


@dataclass
class Browser:
    """An open page: its WebSocket, and how it was welcomed."""

    socket: aiohttp.ClientWebSocketResponse
    welcome: Any

    @property
    def place(self) -> str:
        return str(self.welcome["place"])

    @property
    def token(self) -> str:
        return str(self.welcome["visitor"])

    async def say(self, frame: Any) -> Any:
        """What the hub answers next."""
        await self.socket.send_json(frame)
        return await self.hears()

    async def hears(self) -> Any:
        return await hear(self.socket)


async def hear(socket: aiohttp.ClientWebSocketResponse) -> Any:
    async with asyncio.timeout(5):
        received = await socket.receive()
    return received.json() if received.type is aiohttp.WSMsgType.TEXT else {"closed": received.data}


@asynccontextmanager
async def chat_site(config: WebchatConfig) -> AsyncIterator[ChatSite]:
    """The running chat, at the address that it really listens on."""
    handlers: list[Handler] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        return await handlers[0](request)

    app = web.Application()
    app.router.add_route("*", "/chat/site-chat", serve)
    app.router.add_route("*", "/chat/site-chat/{tail:.*}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        site = ChatSite(session, f"http://{host}:{port}/chat/site-chat")

        async def no_cursor(scope: str) -> str | None:
            return None

        context = Context(
            account="site-chat",
            log=site.log,
            http=session,
            now=lambda: site.now,
            cursor=no_cursor,
            mount=handlers.append,
            public_url=f"http://{host}:{port}",
            peer_address=lambda request: site.peer,
            transcript=site,
        )
        connector = plugin.build(config, context)
        assert isinstance(connector, WebchatConnector)
        site.connector = connector
        site.running = asyncio.ensure_future(connector.run(site.deliver))
        try:
            await asyncio.sleep(0)  # the connector's first step, after which it takes messages
            yield site
        finally:
            site.running.cancel()
            await asyncio.gather(site.running, return_exceptions=True)
            await runner.cleanup()
