"""A vendor that posts, for the rigs of push connectors, and a tiny connector: one POST of a JSON line per message."""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import aiohttp
import msgspec
from aiohttp import web

from channelhub.domain.inbound import Content, Inbound, NewMessage
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector, Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.errors import NotCommitted, Unparseable
from channelhub.sdk.testing import MemoryHub, Rig

ACCOUNT = "shop"


class Line(msgspec.Struct, frozen=True):
    id: str
    user: str
    text: str


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def parse(raw: RawMessage) -> Sequence[Inbound]:
    try:
        line = msgspec.json.decode(raw.body, type=Line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Unparseable(f"not a line of this channel: {exc}") from exc
    if not line.id:
        raise Unparseable("the line has no id")
    sender = Sender(handles=(Handle(kind="device", value=line.user, evidence=Evidence.CHANNEL_ID),))
    return [NewMessage(external_id=line.id, sender=sender, content=Content(text=line.text))]


class Pushed:
    """The connector."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.deliver: Deliver | None = None

    async def run(self, deliver: Deliver) -> None:
        self.deliver = deliver
        self.context.mount(self.receive)
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return HealthReport(health=Health.OK)

    async def receive(self, request: web.Request) -> web.Response:
        assert self.deliver is not None
        raw = self.raw(await request.read())
        try:
            await self.deliver([raw])
        except NotCommitted as exc:
            return web.Response(status=503, headers={"Retry-After": str(exc.retry_after_s)})
        self.context.log.info("message.stored", delivery_id=raw.delivery_id)
        return web.Response(status=204)

    def raw(self, body: bytes) -> RawMessage:
        line = json.loads(body)
        return RawMessage(account=self.context.account, delivery_id=str(line["id"]), body=body)


PLUGIN = Plugin(
    manifest=Manifest(kind="line", title="Lines", config=Config, channel="line", mount=Mount.HOOKS),
    build=lambda _config, context: Pushed(context),
    parse=parse,
)


class PostingRig(Rig):
    """A vendor that posts each message once and keeps it until it hears 2xx or is sent on."""

    mount = Mount.HOOKS

    async def __aenter__(self) -> Self:
        self._url = ""
        self._bodies: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._session.close()

    @abstractmethod
    def config(self) -> msgspec.Struct:
        """The account's configuration."""

    @abstractmethod
    def body(self, number: int, text: str) -> bytes:
        """What is posted for the message of this number, beginning with 1."""

    def headers(self, body: bytes) -> dict[str, str]:
        """What is posted with a body."""
        return {}

    async def build(self, hub: MemoryHub) -> Connector:
        self._url = hub.url(ACCOUNT, self.mount)
        return self.plugin.build(self.config(), hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        number = len(self._bodies) + 1
        self._bodies[str(number)] = self.body(number, text)
        self._call(str(number))
        return str(number)

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._post(key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _post(self, key: str) -> None:
        body = self._bodies[key]
        with suppress(aiohttp.ClientConnectionError):
            async with self._session.post(
                self._url, data=body, headers=self.headers(body), allow_redirects=False
            ) as answer:
                if answer.ok:  # 2xx, or 303 to a page of thanks
                    self._taken.add(key)


class PushRig(PostingRig):
    """The vendor of the tiny connector."""

    plugin = PLUGIN
    customer = ("device-77120",)

    def config(self) -> Config:
        return Config()

    def body(self, number: int, text: str) -> bytes:
        return json.dumps({"id": f"m{number}", "user": self.customer[0], "text": text}).encode()

    def vectors(self) -> Sequence[RawMessage]:
        bodies = [{"id": "1", "user": "u", "text": "Добрий день"}, {"id": "2", "user": "u", "text": ""}]
        return [RawMessage(account=ACCOUNT, delivery_id=body["id"], body=json.dumps(body).encode()) for body in bodies]
