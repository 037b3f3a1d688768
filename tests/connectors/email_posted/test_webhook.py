"""The webhook: each service's proof, and what is stored of its posts."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from channelhub.sdk.errors import HubBusy
from channelhub.sdk.testing import MemoryHub, VendorServer
from channelhub.settings.check import decode_custom
from connectors.email.posted import sns
from connectors.email.posted.config import PostedConfig
from connectors.email.posted.plugin import plugin
from tests.connectors.email_posted import vectors as v

AMAZON = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey) -> bytes:
    """Of a key, signed by itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Service:
    """A service that posts to a running account."""

    def __init__(self, hub: MemoryHub, http: aiohttp.ClientSession) -> None:
        self.hub = hub
        self.http = http

    async def post(self, body: bytes, content_type: str, query: str = "", **headers: str) -> int:
        given = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(self.hub.url("mail") + query, data=body, headers=given) as answer:
            return answer.status

    @property
    def now_s(self) -> int:
        return int(self.hub.now.timestamp())


def account(**keys: Any) -> PostedConfig:
    return msgspec.convert({"secret": v.PASSWORD, **keys}, PostedConfig, dec_hook=decode_custom)


@asynccontextmanager
async def posting(**keys: Any) -> AsyncIterator[Service]:
    async with MemoryHub() as hub, aiohttp.ClientSession() as http:
        task = asyncio.create_task(plugin.build(account(**keys), hub.context("mail")).run(hub.deliver))
        await asyncio.sleep(0)
        yield Service(hub, http)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_mail_of_mailgun_is_stored_as_it_travelled_under_the_name_of_every_mail() -> None:
    async with posting(provider="mailgun", secret=v.KEY) as service:
        for token in ("t1", "t2"):  # repeated, perhaps signed anew
            fields = v.mailgun_mark(service.now_s, token) | {
                "body-mime": v.MIME, "sender": v.OLHA.encode(), "recipient": b"support@in.shop.ua"
            }  # fmt: skip
            assert await service.post(*v.multipart(dict(fields))) == 200

    [raw] = service.hub.stored.values()
    assert (raw.body, raw.content_type) == (v.MIME, "message/rfc822")
    assert raw.delivery_id.startswith("CAF2@mail.example.ua#")
    assert (raw.envelope.mail_from, raw.envelope.rcpt_to) == (v.OLHA, ("support@in.shop.ua",))
    assert raw.envelope.message_id == "CAF2@mail.example.ua"


def test_mailgun_s_signature_is_the_documented_one() -> None:
    mark = v.mailgun_mark(1700000000, "tok", "key-123")

    assert mark["signature"] == b"dfb94091357334edbfc50f5bf10fdf283f90b7aba53353cd89fa342162332019"


@pytest.mark.parametrize(
    ("ago", "key", "status"),
    [(0, v.KEY, 200), (8 * 3600, v.KEY, 200), (10 * 3600, v.KEY, 401), (0, "key-of-another", 401)],
)
async def test_signature_of_mailgun_holds_as_long_as_it_repeats(ago: int, key: str, status: int) -> None:
    async with posting(provider="mailgun", secret=v.KEY) as service:
        mark = v.mailgun_mark(service.now_s - ago, key=key)
        assert await service.post(*v.multipart(v.MAILGUN_READ | mark)) == status
        event = {"signature": {name: value.decode() for name, value in mark.items()}, "event-data": {"event": "failed"}}
        assert await service.post(json.dumps(event).encode(), "application/json") == status
        assert await service.post(b"no form", "multipart/form-data") == 401

    assert len(service.hub.stored) == (1 if status == 200 else 0), "one token names one post"


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Authorization": v.BASIC}, 200),
        (f"?token={quote(v.PASSWORD)}", {}, 200),
        ("", {}, 401),
        ("?token=", {}, 401),
        ("", {"Authorization": "Basic " + base64.b64encode(b"channelhub:guess").decode()}, 401),
    ],
)
async def test_password_or_token_of_the_address_proves_the_post(
    query: str, headers: dict[str, str], status: int
) -> None:
    async with posting(provider="postmark") as service:
        body = json.dumps(v.postmark_raw("x", 1)).encode()
        assert await service.post(body, "application/json", query, **headers) == status

    assert len(service.hub.stored) == (1 if status == 200 else 0)


async def test_what_postmark_read_is_kept_as_it_posted_it_once() -> None:
    body = json.dumps(v.POSTMARK).encode()
    async with posting(provider="postmark") as service:
        for _ in range(2):
            assert await service.post(body, "application/json", Authorization=v.BASIC) == 200

    [raw] = service.hub.stored.values()
    assert (raw.body, raw.delivery_id) == (body, v.POSTMARK["MessageID"])


async def test_repetition_of_a_form_with_another_boundary_is_the_same() -> None:
    async with posting(provider="sendgrid") as service:
        for boundary in ("aaaa", "bbbbbb"):
            assert await service.post(*v.multipart(v.SENDGRID_READ, boundary), Authorization=v.BASIC) == 200

    assert len(service.hub.stored) == 1


async def test_sendgrid_s_checks_go_with_the_mail() -> None:
    async with posting(provider="sendgrid") as service:
        assert await service.post(*v.multipart(v.SENDGRID_RAW), Authorization=v.BASIC) == 200

    [raw] = service.hub.stored.values()
    assert (raw.envelope.peer, raw.envelope.extra["aligned"]) == ("203.0.113.7", "example.ua")


async def test_sendgrid_s_security_policy_is_asked_for_besides() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    shown = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body, kind = v.multipart(v.SENDGRID_RAW)
    signature = base64.b64encode(private.sign(b"1700000000" + body, ec.ECDSA(hashes.SHA256()))).decode()
    signed = {
        "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000",
        "X-Twilio-Email-Event-Webhook-Signature": signature,
    }
    async with posting(provider="sendgrid", public_key=base64.b64encode(shown).decode()) as service:
        assert await service.post(body, kind, Authorization=v.BASIC) == 401
        assert await service.post(body + b" ", kind, Authorization=v.BASIC, **signed) == 401
        assert await service.post(body, kind, Authorization=v.BASIC, **signed) == 200


class AmazonServer(VendorServer):
    """SNS's certificate, and the address that confirms a subscription."""

    confirmed = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/sns.pem", self._certificate)
        router.add_get("/confirm", self._confirm)

    async def _certificate(self, _request: web.Request) -> web.Response:
        return web.Response(body=certificate(AMAZON))

    async def _confirm(self, _request: web.Request) -> web.Response:
        self.confirmed += 1
        return web.Response(text="<ConfirmSubscriptionResponse/>")

    def post(self, message: str, *, kind: str = "Notification", key: Any = AMAZON, **changes: Any) -> bytes:
        """What SNS posts, signed."""
        fields = {
            "Type": kind,
            "MessageId": "n-1",
            "TopicArn": v.TOPIC,
            "Message": message,
            "Timestamp": "2026-11-21T22:30:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": f"{self.url}/sns.pem",
            "Signature": "",
        }
        if kind == "SubscriptionConfirmation":
            fields |= {"SubscribeURL": f"{self.url}/confirm", "Token": "t"}
        fields |= changes
        post = sns.read(json.dumps(fields).encode())
        assert post is not None
        digest = hashes.SHA1() if fields["SignatureVersion"] == "1" else hashes.SHA256()
        signature = key.sign(sns.signed(post), padding.PKCS1v15(), digest)
        return json.dumps(fields | {"Signature": base64.b64encode(signature).decode()}).encode()


@asynccontextmanager
async def amazon() -> AsyncIterator[tuple[AmazonServer, Service]]:
    async with (
        AmazonServer() as server,
        posting(provider="ses", secret="", topic_arn=v.TOPIC, sns_url=server.url) as service,
    ):
        yield server, service


@pytest.mark.parametrize("version", ["1", "2"])
async def test_mail_of_ses_is_stored_as_it_travelled(version: str) -> None:
    async with amazon() as (server, service):
        body = server.post(v.ses_message(), SignatureVersion=version)
        assert await service.post(body, "text/plain; charset=UTF-8") == 200
        assert await service.post(body, "text/plain; charset=UTF-8") == 200
        assert server.requests == 1, "the certificate is asked for once"

    [raw] = service.hub.stored.values()
    assert (raw.body, raw.envelope.extra["aligned"]) == (v.MIME, "example.ua")


async def test_subscription_is_confirmed_only_for_our_topic_and_at_amazon() -> None:
    async with amazon() as (server, service):
        kind = "SubscriptionConfirmation"
        strange = server.post("x", kind=kind, TopicArn=v.TOPIC + "2")
        elsewhere = server.post("x", kind=kind, SubscribeURL="http://127.0.0.1:1/confirm")
        assert await service.post(strange, "text/plain") == 401
        assert await service.post(elsewhere, "text/plain") == 503
        assert server.confirmed == 0
        assert await service.post(server.post("x", kind=kind), "text/plain") == 200
        assert server.confirmed == 1

    assert len(service.hub.stored) == 1


async def test_what_amazon_did_not_sign_is_refused() -> None:
    another = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    async with amazon() as (server, service):
        right = json.loads(server.post(v.ses_message()))
        wrong = [
            server.post(v.ses_message(), key=another),
            json.dumps(right | {"Message": v.ses_message(content=b"From: x@y.example\r\n\r\nx")}).encode(),
            json.dumps(right | {"Signature": "?"}).encode(),
            json.dumps(right | {"SigningCertURL": "https://evil.example/sns.pem"}).encode(),
            json.dumps(right | {"SignatureVersion": "3"}).encode(),
            b"{}",
            b"hello",
        ]
        for body in wrong:
            assert await service.post(body, "text/plain") == 401
        right["SigningCertURL"] = f"{server.url}/gone.pem"
        assert await service.post(json.dumps(right).encode(), "text/plain") == 503

    assert not service.hub.stored


@pytest.mark.parametrize(
    ("url", "is_amazon"),
    [
        ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/x.pem", True),
        ("http://sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com:8443/x.pem", False),
        ("https://a@sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://s3.amazonaws.com/bucket/sns.pem", False),
        ("https://[x", False),
    ],
)
async def test_certificates_come_from_amazon_only(url: str, is_amazon: bool) -> None:
    async with aiohttp.ClientSession() as http:
        assert sns.Sns(http, topic_arn=v.TOPIC)._is_amazon(url) is is_amazon


async def test_503_while_the_hub_cannot_store() -> None:
    async with posting(provider="sendgrid") as service:
        service.hub.refuse(HubBusy("the queue is full"))

        assert await service.post(*v.multipart(v.SENDGRID_RAW), Authorization=v.BASIC) == 503


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"provider": "mailgun", "secret": ""}, "secret"),
        ({"provider": "ses", "topic_arn": ""}, "topic_arn"),
        ({"provider": "sendgrid", "relay_host": "x"}, "from_address"),
        ({"provider": "sendgrid", "forwarders": ["@"]}, "forwarders"),
    ],
)
def test_faults_of_the_configuration_are_told(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        account(**keys)
