"""A tiny pulled connector that also sends, with its vendor: a numbered queue read by offset over HTTP."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec
from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector, Context, Cursor, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.media import MediaRequest, configured_host
from channelhub.sdk.testing import PROOFS, BadDay, Case, Fault, MemoryHub, SenderRig, VendorServer, because
from channelhub.sdk.uploads import form_of, plain_name, plain_type
from tests.contract.pushed import Config, parse

ACCOUNT = "queue"
SCOPE = "offset"
LONG_POLL_S = 0.4
PATIENCE = aiohttp.ClientTimeout(total=2 * LONG_POLL_S)


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
                raws = [self.raw(number, body) for number, body in numbered]
                following = str(max(number for number, _ in numbered) + 1)
                await self.take(deliver, raws, Cursor(scope=SCOPE, value=following, expected=stored))

    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await deliver(raws, cursor)
        self.context.log.info("messages.stored", count=len(raws))

    def raw(self, number: int, body: str) -> RawMessage:
        return RawMessage(account=self.context.account, delivery_id=str(number), body=body.encode())

    async def ask(self, offset: str) -> list[tuple[int, str]]:
        url = f"{self.url}/updates"
        try:
            async with self.context.http.get(url, params={"offset": offset}, timeout=PATIENCE) as answer:
                self.refuse_failures(answer)
                return msgspec.json.decode(await answer.read(), type=list[tuple[int, str]])
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as exc:
            raise Unavailable(f"the queue can't be asked: {type(exc).__name__}") from exc

    def refuse_failures(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status == 429:
            raise Unavailable("the queue asks us to wait", retry_after_s=float(answer.headers["Retry-After"]))
        if answer.status >= 500:
            raise Unavailable(f"the queue failed ({answer.status})")

    async def check(self) -> HealthReport:
        try:
            async with self.context.http.get(f"{self.url}/ping", timeout=PATIENCE) as answer:
                return HealthReport(health=Health.OK if answer.ok else Health.DOWN, detail=f"HTTP {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as exc:
            return HealthReport(health=Health.DOWN, detail=f"the queue can't be asked: {type(exc).__name__}")

    async def media(self, file: MediaReference) -> MediaRequest:
        return MediaRequest(url=file.reference)

    async def send(self, message: Outbound) -> SendReceipt:
        try:
            async with self.context.http.post(f"{self.url}/send", data=self.form(message), timeout=PATIENCE) as answer:
                return await self.receipt(answer)
        except aiohttp.ClientConnectorError as exc:
            raise Unavailable("the queue can't be reached") from exc

    def form(self, message: Outbound) -> aiohttp.FormData:
        files = {
            f"file{number}": (plain_name(file), file.content, plain_type(file))
            for number, file in enumerate(message.attachments)
        }
        return form_of({"text": message.text}, files)

    async def receipt(self, answer: aiohttp.ClientResponse) -> SendReceipt:
        if answer.status == 429:
            raise Unavailable("the queue asks us to wait", retry_after_s=float(answer.headers["Retry-After"]))
        if 400 <= answer.status < 500:
            raise Rejected(f"the queue refuses it ({answer.status})")
        answer.raise_for_status()
        return SendReceipt(external_id=str(msgspec.json.decode(await answer.read(), type=int)))


class QueueConfig(Config, frozen=True, forbid_unknown_fields=True):
    url: str


PLUGIN = Plugin(
    manifest=Manifest(
        kind="queue",
        title="Queue",
        config=QueueConfig,
        channel="queue",
        identity_kind="device",
        can_send=True,
        can_send_files=True,
    ),
    build=lambda config, context: Pulled(context, config.url),
    parse=parse,
    media_hosts=lambda config: (configured_host(config.url),),
)


@dataclass(kw_only=True)
class Queue(VendorServer):
    """The vendor: keeps every message until it is asked for a later offset."""

    bodies: list[str] = field(default_factory=list)
    first_kept: int = 0
    is_backwards: bool = False
    sent: list[str] = field(default_factory=list)
    sent_files: list[bytes] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/updates", self._updates)
        router.add_get("/ping", self._ping)
        router.add_get("/files/{number}", self._file)
        router.add_post("/send", self._send)

    def put(self, body: str) -> str:
        self.bodies.append(body)
        self.news.set()
        return str(len(self.bodies) - 1)

    async def _updates(self, request: web.Request) -> web.Response:
        offset = int(request.query["offset"])
        self.first_kept = max(self.first_kept, offset)
        if offset >= len(self.bodies):
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), float(request.query.get("wait_s", LONG_POLL_S)))
            except TimeoutError:
                return web.json_response([])
        found = list(enumerate(self.bodies))[max(offset, self.first_kept) :]
        return web.json_response(found[::-1] if self.is_backwards else found)

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[int(request.match_info["number"])])

    async def _ping(self, request: web.Request) -> web.Response:
        return web.Response(text="pong")

    async def _send(self, request: web.Request) -> web.Response:
        for part in (await request.post()).values():
            if isinstance(part, web.FileField):
                self.sent_files.append(part.file.read())
            else:
                self.sent.append(str(part))
        return web.json_response(len(self.sent))


class PullRig(SenderRig):
    """The queue, one customer, and a connector that asks it."""

    plugin = PLUGIN
    customer = ("device-5501",)
    not_applicable = because("we ask: whoever answers is known by its certificate", *PROOFS) | because(
        "a message of this channel is a short line", Case.OVERSIZE
    )

    def __init__(self) -> None:
        self.queue = Queue()

    async def __aenter__(self) -> Self:
        await self.queue.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.queue.close()

    async def build(self, hub: MemoryHub) -> Connector:
        return self.plugin.build(self.config(), hub.context(ACCOUNT))

    def config(self) -> QueueConfig:
        return QueueConfig(url=self.queue.url)

    async def customer_says(self, text: str) -> str:
        return self._put(text=text)

    async def redeliver(self, key: str) -> None:
        self.queue.first_kept = min(self.queue.first_kept, int(key))
        self.queue.news.set()

    def acknowledged(self) -> set[str]:
        return {str(number) for number in range(self.queue.first_kept)}

    def vectors(self) -> Sequence[RawMessage]:
        return [RawMessage(account=ACCOUNT, delivery_id="7", body=b'{"id": "7", "user": "u", "text": "hi"}')]

    def list_backwards(self) -> None:
        self.queue.is_backwards = True

    async def lose_acknowledgement(self) -> None:
        self.queue.befall_once(Fault.RESET_BEFORE)

    async def unknown_event(self) -> str:
        return self._put(kind="hologram")

    async def damaged_event(self) -> str:
        return self.queue.put('{"id": "x", "user"')

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        said = await self.customer_says(texts[0])
        edits = [
            self._put(kind="edit", of=said, text=text, revision=revision) for revision, text in enumerate(texts[1:])
        ]
        return [said, *edits]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = await self.customer_says(text)
        return [said, self._put(kind="delete", of=said)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.queue.files.append(content)
        return MediaReference(reference=f"{self.queue.url}/files/{len(self.queue.files) - 1}")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.queue.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.queue.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=self.customer[0], text=text)

    def sent(self) -> Sequence[str]:
        return self.queue.sent

    def sent_files(self) -> Sequence[bytes]:
        return self.queue.sent_files

    async def refuse_connections(self) -> None:
        await self.queue.close()

    async def lose_answers(self) -> None:
        self.queue.befall(Fault.RESET_AFTER)

    def _put(self, **fields: Any) -> str:
        return self.queue.put(json.dumps({"id": str(len(self.queue.bodies)), "user": self.customer[0]} | fields))
