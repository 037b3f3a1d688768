"""The `api` connector with the real HTTP route in front of it keeps the connector contract."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

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
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_SIGNATURE,
    NO_TIME,
    NO_VERSIONS,
    Case,
    Fault,
    MemoryHub,
    PostingRig,
    SenderContract,
    SenderRig,
    because,
)
from channelhub.web import tokens
from channelhub.web.mounts import Mounts
from channelhub.web.parts import AccountView, WebParts
from channelhub.web.routes.messages import MAX_MESSAGE_BYTES
from channelhub.web.server import WebServer
from connectors.api.config import ApiConfig
from connectors.api.plugin import build, plugin
from tests.connectors.api.shopapp import SECRET, shop_app
from tests.emptystore import open_store

ACCOUNT = "shop"
MALFORMED = (Case.UNKNOWN_EVENT, Case.DAMAGED_EVENT)
BODIES = (Case.SEND_TRUNCATED, Case.SEND_HTML)
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


class ShopRig(PostingRig, SenderRig):
    """A shop's back end that posts each message until it hears 2xx, and takes our answers."""

    plugin = plugin
    account = ACCOUNT
    customer = ("hanna@example.com", "+380671112233")
    proof_headers = ("Authorization",)
    oversize_bytes = MAX_MESSAGE_BYTES + 1
    not_applicable = (
        CALLED
        | NO_FILES
        | NO_VERSIONS
        | NO_SIGNATURE
        | NO_TIME
        | because("the protocol is ours: whoever posts something else hears which field is wrong", *MALFORMED)
        | because("any 2xx says that it was taken; the answer's body isn't read", *BODIES)
    )

    def __init__(self) -> None:
        self._is_running = asyncio.Event()
        self._stack = AsyncExitStack()
        self._hub: MemoryHub | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
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
        self._token = tokens.write_local_token(folder)
        self.secrets = (self._token, SECRET)
        self._app = await self._stack.enter_async_context(shop_app())
        server = WebServer(parts, mounts=Mounts(), local_token=self._token)
        await server.start()
        self._stack.push_async_callback(server.stop)
        self.url = f"http://127.0.0.1:{server.port}/api/v1/messages"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self._stack.aclose()

    def config(self) -> ApiConfig:
        return ApiConfig(
            reply_url=self._app.url,
            reply_secret=Secret(SECRET),
            reply_networks=("127.0.0.1",),
            reply_timeout_s=1.0,
        )

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        return _body(f"order-{number}", text)

    async def build(self, hub: MemoryHub) -> Connector:
        self._hub = hub
        return Served(build(self.config(), hub.context(ACCOUNT)), self._is_running)

    async def until_callable(self) -> None:
        await self._is_running.wait()

    async def befall(self, fault: Fault | None) -> None:
        self._app.befall(fault)

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
