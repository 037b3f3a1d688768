"""A tiny push connector with its vendor: one signed POST of a JSON line per message, edit or deletion."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web

from channelhub.domain.inbound import Content, DeletedMessage, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, store
from channelhub.sdk.proof import is_fresh, is_signed
from channelhub.sdk.testing import CALLED, NO_FILES, PostingRig

ACCOUNT = "shop"
SECRET = "a secret of the tiny channel"
STAMP, SIGNATURE = "X-Line-Stamp", "X-Line-Signature"
MAX_BODY_BYTES = 4096


class Line(msgspec.Struct, frozen=True):
    id: str
    user: str
    text: str = ""
    kind: str = "message"
    of: str = ""  # the message that is edited or deleted
    revision: int = 0


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
    said = NewMessage(external_id=line.of or line.id, sender=sender, content=Content(text=line.text))
    match line.kind:
        case "message":
            return [said]
        case "edit":
            return [EditedMessage(external_id=said.external_id, revision=line.revision, message=said)]
        case "delete":
            return [DeletedMessage(external_id=said.external_id)]
        case other:
            return [Unknown(external_id=line.id, shape=other)]


def id_of(body: bytes) -> str:
    """The vendor's own id of a line, or a digest of what can't be read."""
    try:
        return msgspec.json.decode(body, type=Line).id or hashlib.sha256(body).hexdigest()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return hashlib.sha256(body).hexdigest()


class Pushed:
    """The connector."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.deliver: Deliver | None = None
        self.bodies = BodyReader(MAX_BODY_BYTES)

    async def run(self, deliver: Deliver) -> None:
        self.deliver = deliver
        self.context.mount(self.receive)
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return HealthReport(health=Health.OK)

    @answers_refusals
    async def receive(self, request: web.Request) -> web.StreamResponse:
        body = await self.read(request)
        if not self.is_genuine(request, body):
            raise Refused(401, "The signature is missing, too old or wrong.")
        return await self.take(body)

    async def read(self, request: web.Request) -> bytes:
        return await self.bodies.read(request)

    def is_genuine(self, request: web.Request, body: bytes) -> bool:
        stamp = request.headers.get(STAMP, "")
        return is_fresh(stamp, self.context.now().timestamp()) and is_signed(
            request.headers.get(SIGNATURE, ""), stamp.encode() + b":" + body, secret=Secret(SECRET)
        )

    async def take(self, body: bytes) -> web.StreamResponse:
        raw = self.raw(body)
        await store(self.deliver, [raw])
        self.context.log.info("message.stored", delivery_id=raw.delivery_id)
        return web.Response(status=204)

    def raw(self, body: bytes) -> RawMessage:
        return RawMessage(account=self.context.account, delivery_id=id_of(body), body=body)


PLUGIN = Plugin(
    manifest=Manifest(kind="line", title="Lines", config=Config, channel="line", mount=Mount.HOOKS),
    build=lambda _config, context: Pushed(context),
    parse=parse,
)


class PushRig(PostingRig):
    """The vendor of the tiny connector."""

    plugin = PLUGIN
    customer = ("device-77120",)
    secrets = (SECRET,)
    proof_headers = (STAMP, SIGNATURE)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_FILES

    def config(self) -> Config:
        return Config()

    def body(self, number: int, text: str) -> bytes:
        return self.line(number, text=text)

    def headers(self, body: bytes) -> dict[str, str]:
        return self._signed(body, self.now)

    def old_headers(self, body: bytes) -> dict[str, str]:
        return self._signed(body, datetime(2025, 12, 24, tzinfo=UTC))

    def unknown(self) -> bytes:
        return self.line(len(self._bodies) + 1, kind="hologram", text="of tomorrow")

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        keys = [await self.customer_says(texts[0])]
        for revision, text in enumerate(texts[1:], start=1):
            keys.append(self.post(self.line(revision + 1, kind="edit", of="m1", text=text, revision=revision)))
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [await self.customer_says(text), self.post(self.line(2, kind="delete", of="m1"))]

    def line(self, number: int, **fields: Any) -> bytes:
        return json.dumps({"id": f"m{number}", "user": self.customer[0]} | fields).encode()

    def vectors(self) -> Sequence[RawMessage]:
        bodies = [
            {"id": "1", "user": "u", "text": "Добрий день"},
            {"id": "2", "user": "u", "text": ""},
            {"id": "3", "user": "u", "kind": "edit", "of": "1", "revision": 1, "text": "Добрий вечір"},
            {"id": "4", "user": "u", "kind": "delete", "of": "1"},
        ]
        return [RawMessage(account=ACCOUNT, delivery_id=body["id"], body=json.dumps(body).encode()) for body in bodies]

    @staticmethod
    def _signed(body: bytes, at: datetime) -> dict[str, str]:
        stamp = str(int(at.timestamp()))
        mac = hmac.digest(SECRET.encode(), f"{stamp}:".encode() + body, "sha256").hex()
        return {STAMP: stamp, SIGNATURE: mac}
