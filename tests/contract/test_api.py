"""The `api` connector with the real HTTP route in front of it keeps the connector contract."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import structlog

from channelhub.domain.addresses import ListenAddress
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.similarity import Similarity
from channelhub.sdk.contract import Connector, Cursor, Deliver, HealthReport, Receipt, Sender
from channelhub.sdk.testing import MemoryHub, SenderContract, SenderRig
from channelhub.web import tokens
from channelhub.web.mounts import Mounts
from channelhub.web.parts import AccountView, WebParts
from channelhub.web.server import WebServer
from connectors.api.config import ApiConfig
from connectors.api.plugin import build, plugin
from tests.connectors.api.shopapp import SECRET, shop_app
from tests.emptystore import open_store

ACCOUNT = "shop"
BEGAN = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def _no_book() -> Rulebook:
    raise AssertionError("posting a message decides nothing")


class Served:
    """The connector, and a signal that it runs: the daemon's server is not asked before."""

    def __init__(self, connector: Sender, is_running: asyncio.Event) -> None:
        self._connector = connector
        self._is_running = is_running

    async def run(self, deliver: Deliver) -> None:
        self._is_running.set()
        try:
            await self._connector.run(deliver)
        finally:
            self._is_running.clear()

    async def check(self) -> HealthReport:
        return await self._connector.check()

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._connector.send(message)


class ShopRig(SenderRig):
    """A shop's back end that posts each message until it hears 2xx, and takes our answers."""

    plugin = plugin
    customer = ("hanna@example.com", "+380671112233")

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._is_running = asyncio.Event()
        self._stack = AsyncExitStack()
        self._hub: MemoryHub | None = None

    async def __aenter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        store = await open_store(folder, now=BEGAN, on_broken=lambda exc: None)
        self._stack.push_async_callback(store.close)
        parts = WebParts(
            acting=Acting(store=store, book=_no_book, now=lambda: BEGAN, written=Bell()),
            arrived=Bell(),
            similar=Similarity(store, processed=Bell()),
            listen=ListenAddress(host="127.0.0.1", port=0),
            state_dir=folder,
            public_url="http://127.0.0.1",
            log=structlog.get_logger(),
            accounts=lambda: [
                AccountView(
                    name=ACCOUNT, kind="api", title="Shop", state="ok", detail="", since=BEGAN, trust="verified"
                )
            ],
            deliver_for=lambda account: self._deliver,
            is_pipeline_alive=lambda: True,
            metrics=lambda: b"",
        )
        token = tokens.write_local_token(folder)
        self.secrets = (token, SECRET)
        self._app = await self._stack.enter_async_context(shop_app())
        server = WebServer(parts, mounts=Mounts(), local_token=token)
        await server.start()
        self._stack.push_async_callback(server.stop)
        self._url = f"http://127.0.0.1:{server.port}/api/v1/messages"
        headers = {"Authorization": f"Bearer {token}"}
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession(headers=headers))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._stack.aclose()

    async def build(self, hub: MemoryHub) -> Connector:
        self._hub = hub
        config = ApiConfig(reply_url=self._app.url, reply_secret=Secret(SECRET), reply_networks=("127.0.0.1",))
        return Served(build(config, hub.context(ACCOUNT)), self._is_running)

    async def customer_says(self, text: str) -> str:
        key = f"order-{len(self._bodies) + 1}"
        self._bodies[key] = _body(key, text)
        self._call(key)
        return key

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=7, to="hanna@example.com", to_kind="email", text=text, conversation_key="chat-501")

    def sent(self) -> Sequence[str]:
        return [one.data["text"] for one in self._app.taken]

    async def refuse_connections(self) -> None:
        await self._app.close()

    async def lose_answers(self) -> None:
        self._app.is_mute = True

    def vectors(self) -> Sequence[RawMessage]:
        bodies = {
            "full": _body("full", "Де замовлення?"),
            "bare": b'{"account":"shop","external_id":"bare","text":"x"}',
        }
        return [
            RawMessage(
                account=ACCOUNT,
                delivery_id=key,
                body=body,
                content_type="application/json",
                envelope=Envelope(extra={"trust": "verified"}),
            )
            for key, body in bodies.items()
        ]

    async def _deliver(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        assert self._hub is not None
        return await self._hub.deliver(raws, cursor)

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._post(key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _post(self, key: str) -> None:
        await self._is_running.wait()
        headers = {"Content-Type": "application/json"}
        with suppress(aiohttp.ClientConnectionError):
            async with self._session.post(self._url, data=self._bodies[key], headers=headers) as answer:
                if answer.ok:
                    self._taken.add(key)


def _body(key: str, text: str) -> bytes:
    message = {
        "account": ACCOUNT,
        "external_id": key,
        "sender": {
            "name": "Ганна",
            "identities": [
                {"kind": "email", "value": "hanna@example.com"},
                {"kind": "phone", "value": "+380671112233", "verified": False},
            ],
        },
        "text": text,
        "sent_at": "2026-01-15T12:00:00+02:00",
        "attachments": [{"filename": "чек.txt", "content_type": "text/plain", "content": "0YfQtdC6"}],
        "basket": {"total": 12},
    }
    return json.dumps(message).encode()


class TestApi(SenderContract):
    rig = ShopRig
