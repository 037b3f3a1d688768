"""The connector of mapped posts keeps the contract: signed messages one by one, and events in batches."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import CALLED, NO_SIGNATURE, NO_TIME, ConnectorContract, PostingRig
from channelhub.settings.check import decode_custom
from connectors.webhook.config import WebhookConfig
from connectors.webhook.plugin import plugin
from tests.servers.media import FileServer

ACCOUNT = "shop"
MAX_BODY_BYTES = 64 * 1024
SECRET = "a-secret-made-up-by-us-9f2c"
PHONE = "+380501234567"
MESSAGE = {
    "gives": "message",
    "label": "sms",
    "when": {"@.event": ["received", "edited"]},
    "revision": "@.edits",
    "id": "@.id",
    "time": "@.at",
    "time_format": "unix",
    "name": "{@.who.first} {@.who.last}",
    "identities": [{"kind": "phone", "value": "@.from", "evidence": "caller", "none": ["anonymous"]}],
    "text": "@.text",
    "attributes": {"operator": "@.operator | 'unknown'", "city": "@['home city']"},
    "attachments": {"each": "@.files[*]", "size": "@.bytes"},
}
JOURNEY = {
    "gives": "journey",
    "label": "status",
    "when": {"@.event": "status"},
    "id": "{@.id}-{@.state}",
    "type": "@.state",
    "types": {"paid": "payment.succeeded", "declined": "payment.failed"},
    "revision": "@.version",
    "time": "@.at",
    "time_format": "%d.%m.%Y %H:%M",
    "time_zone": "Europe/Kyiv",
    "identities": [{"kind": "email", "value": "@.email"}],
}
CUSTOMER = {
    "gives": "customer",
    "when": {"@.event": "contact"},
    "time": "header:X-Changed",
    "identities": [{"kind": "external", "value": "@.id"}, {"kind": "email", "value": "@.email"}],
    "segment": "@.class",
}
CALL = {
    "gives": "call",
    "has": ["@.call"],
    "id": "@.call.id",
    "type": "@.call.state",
    "duration": "@.call.seconds",
    "identities": [{"kind": "phone", "value": "@.call.from", "evidence": "caller"}],
}
DELETION = {"gives": "deletion", "when": {"@.event": "deleted"}, "id": "@.id"}
SMS = {
    "event": "received",
    "id": 12345678901234567890123,
    "at": 1772442764,
    "from": PHONE,
    "text": "Не працює оплата",
    "who": {"first": "Ірина", "last": None},
    "home city": "Львів",
    "files": [{"url": "https://files.example/a/b.jpg?x=1", "bytes": 2048}, {"url": "file:///etc/passwd"}],
}
SHAPES: tuple[dict[str, Any], ...] = (
    SMS,
    {"event": "status", "id": 7, "state": "paid", "version": 3, "at": "29.03.2026 03:30", "email": "ann@example.com"},
    {"event": "contact", "id": 7, "email": "ann@example.com", "class": "vip"},
    {"call": {"id": "c1", "state": "missed", "seconds": "31", "from": PHONE}},
    {**SMS, "event": "edited", "edits": 1, "text": "Вже працює"},
    {"event": "deleted", "id": SMS["id"]},
    {"event": "of another version"},
)


def configured(**keys: Any) -> WebhookConfig:
    """The configuration of an account, from what a file says."""
    given = {
        "proof": "hmac",
        "header": "X-Signature",
        "prefix": "sha256=",
        "secret": SECRET,
        "trust": "verified",
        **keys,
    }
    return msgspec.convert(given, WebhookConfig, dec_hook=decode_custom)


class SignedRig(PostingRig):
    """A system that signs its posts, one item in each."""

    plugin = plugin
    customer = (PHONE, "Ірина")
    secrets = (SECRET,)
    proof_headers = ("X-Sent-At", "X-Signature")
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED

    def __init__(self) -> None:
        self.files = FileServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.files.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.files.__aexit__(kind, error, trace)
        await super().__aexit__(kind, error, trace)

    @property
    def file_hosts(self) -> list[str]:
        return [self.files.url] if self.files.port else []

    async def keep_file(self, content: bytes) -> MediaReference:
        self.files.files["a.jpg"] = content
        return MediaReference(reference=f"{self.files.url}/a.jpg")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    def config(self) -> WebhookConfig:
        return configured(
            mappings=[MESSAGE, DELETION, JOURNEY, CUSTOMER, CALL],
            file_hosts=self.file_hosts,
            signed="{timestamp}:{body}",
            timestamp_header="X-Sent-At",
            max_body_bytes=MAX_BODY_BYTES,
        )

    def headers(self, body: bytes) -> dict[str, str]:
        return self.signed(body, int(self.now.timestamp()))

    def old_headers(self, body: bytes) -> dict[str, str]:
        return self.signed(body, int(self.now.timestamp()) - 3600)

    @staticmethod
    def signed(body: bytes, at_s: int) -> dict[str, str]:
        mac = hmac.digest(SECRET.encode(), f"{at_s}:".encode() + body, "sha256").hex()
        return {"X-Sent-At": str(at_s), "X-Signature": f"sha256={mac}", "Content-Type": "application/json"}

    def unknown(self) -> bytes:
        return b'{"event":"hologram","of":["tomorrow"]}'

    def body(self, number: int, text: str) -> bytes:
        return self.of(number, {**SMS, "id": number, "text": text})

    def of(self, number: int, item: dict[str, Any]) -> bytes:
        """The post of an item; `number` names the post."""
        return json.dumps(item).encode()

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        keys = [await self.customer_says(texts[0])]
        for edits, text in enumerate(texts[1:], start=1):
            item = {**SMS, "id": 1, "event": "edited", "edits": edits, "text": text}
            keys.append(self.post(self.of(edits + 1, item)))
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [await self.customer_says(text), self.post(self.of(2, {"event": "deleted", "id": 1}))]

    def vectors(self) -> Sequence[RawMessage]:
        return [self.vector(json.dumps(shape).encode()) for shape in SHAPES[: self.readable]]

    def vector(self, body: bytes) -> RawMessage:
        return RawMessage(
            account=ACCOUNT,
            delivery_id=hashlib.sha256(body).hexdigest(),
            body=body,
            content_type="application/json",
            headers=(("x-changed", "2026-03-02T09:00:00+02:00"),),
            envelope=Envelope(extra={"trust": "verified"}),
        )

    readable = len(SHAPES)


class BatchRig(SignedRig):
    """A system that posts several items at once, and whose repetitions have other bytes."""

    proof_headers = ("X-Token",)
    not_applicable = CALLED | NO_SIGNATURE | NO_TIME

    def config(self) -> WebhookConfig:
        return configured(
            mappings=[MESSAGE, DELETION, JOURNEY, CUSTOMER, CALL],
            batch="$.data.items[*]",
            delivery_id="$.data.post",
            proof="token",
            header="X-Token",
            prefix="",
            file_hosts=self.file_hosts,
            max_body_bytes=MAX_BODY_BYTES,
        )

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Token": SECRET}

    def of(self, number: int, item: dict[str, Any]) -> bytes:
        self.attempt = getattr(self, "attempt", 0) + 1
        return json.dumps({"attempt": self.attempt, "data": {"post": f"p{number}", "items": [item]}}).encode()

    def vectors(self) -> Sequence[RawMessage]:
        body = json.dumps({"data": {"post": "p1", "items": [*SHAPES, SMS, SMS]}}).encode()
        return [self.vector(body)]


class TestSigned(ConnectorContract):
    rig = SignedRig


class TestBatch(ConnectorContract):
    rig = BatchRig


def test_the_secrets_are_no_part_of_what_the_parser_gets() -> None:
    rig = SignedRig()
    settings = rig.handed_out(rig.vectors()[0]).settings

    assert b'"sms"' in settings
    assert Secret(SECRET).reveal().encode() not in settings
