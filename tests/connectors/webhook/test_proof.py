"""Each way to prove a post, by vectors made elsewhere; forged, old and foreign ones are told apart, and refused."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from connectors.webhook.config import WebhookConfig
from connectors.webhook.proof import Proof
from connectors.webhook.rehearse import Headers
from tests.connectors.webhook.samples import configured

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECRET = "s3cret-made-up"
BODY = '{"text":"Привет"}'.encode()
PEER = "203.0.113.7"


def fault(config: WebhookConfig, headers: dict[str, str], *, body: bytes = BODY, peer: str = PEER) -> str:
    named = Headers(headers.items())
    proof = Proof(config)
    return proof.fault_before_body(named, peer=peer) or proof.fault_of_body(named, body, now=NOW)


def signed_by(secret: str = SECRET, **keys: Any) -> WebhookConfig:
    return configured(**{"proof": "hmac", "header": "X-Signature", "secret": secret, **keys})


def mac(body: bytes, *, digest: str = "sha256", secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), body, digest).digest()


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ({}, mac(BODY).hex()),
        ({}, mac(BODY).hex().upper()),
        ({"encoding": "base64"}, base64.b64encode(mac(BODY)).decode()),
        ({"digest": "sha1", "prefix": "sha1="}, "sha1=" + mac(BODY, digest="sha1").hex()),
        ({"prefix": "sha256="}, "sha256=" + mac(BODY).hex()),
        ({"previous_secret": "the-one-before"}, mac(BODY, secret="the-one-before").hex()),
    ],
)
def test_a_signature_over_the_body(keys: dict[str, Any], value: str) -> None:
    config = signed_by(**keys)

    assert fault(config, {"x-signature": value}) == ""
    assert "doesn't fit" in fault(config, {"X-Signature": value}, body=BODY + b" ")
    assert "doesn't fit" in fault(config, {"X-Signature": value[:-2]})
    assert "doesn't fit" in fault(
        signed_by("another-secret", **{**keys, "previous_secret": ""}), {"X-Signature": value}
    )
    assert "no header" in fault(config, {})


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("2026-01-02T03:04:05Z", ""),
        (str(int(NOW.timestamp())), ""),
        (str(int(NOW.timestamp() * 1000)), ""),
        ((NOW - timedelta(seconds=299)).isoformat(), ""),
        ((NOW - timedelta(seconds=301)).isoformat(), "301 s ago"),
        ((NOW + timedelta(seconds=301)).isoformat(), "-301 s ago"),
        ("2026-01-02T03:04:05", "the signed time is none"),
        ("yesterday", "the signed time is none"),
        ("9" * 30, "the signed time is none"),
        ("", "no header"),
    ],
)
def test_a_signed_time_is_of_now(stamp: str, reason: str) -> None:
    config = signed_by(signed="v0:{timestamp}:{body}", timestamp_header="X-Time", encoding="base64")
    value = base64.b64encode(mac(b"v0:" + stamp.encode() + b":" + BODY)).decode()
    headers = {"X-Signature": value, "X-Time": stamp}

    assert reason in fault(config, headers)
    assert bool(fault(config, headers)) == bool(reason)
    assert fault(config, {**headers, "X-Time": stamp + "0"})


def test_standard_webhooks_as_their_own_library_signs() -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()
    older = "whsec_" + base64.b64encode(b"o" * 24).decode()
    config = configured(proof="standard-webhooks", secret=secret, previous_secret=older)

    for used in (secret, older):
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(NOW.timestamp())),
            "webhook-signature": Webhook(used).sign("msg_1", NOW, BODY.decode()),
        }
        assert fault(config, headers) == ""
        assert fault(config, {**headers, "webhook-id": "msg_2"})
        assert fault(config, {**headers, "webhook-timestamp": str(int(NOW.timestamp()) - 301)})
    assert "no header webhook-id" in fault(config, {})


@pytest.mark.parametrize(
    ("keys", "good", "bad"),
    [
        ({}, {"Authorization": f"Bearer {SECRET}"}, {"Authorization": SECRET}),
        ({"header": "X-Key"}, {"X-Key": SECRET}, {"X-Key": SECRET + "x"}),
        ({"header": "X-Key", "prefix": "Key "}, {"X-Key": f"Key {SECRET}"}, {"X-Key": SECRET}),
        ({"header": "X-Key", "previous_secret": "the-one-before"}, {"X-Key": "the-one-before"}, {"X-Key": ""}),
        ({"header": "X-Key"}, {"x-key": SECRET}, {"Authorization": f"Bearer {SECRET}"}),
    ],
)
def test_a_token(keys: dict[str, Any], good: dict[str, str], bad: dict[str, str]) -> None:
    config = configured(secret=SECRET, **keys)

    assert fault(config, good) == ""
    assert fault(config, bad)
    assert fault(config, {})


def test_a_password() -> None:
    config = configured(proof="password", username="gate", secret=SECRET)

    def basic(text: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}

    assert fault(config, basic(f"gate:{SECRET}")) == ""
    assert fault(config, basic(f"other:{SECRET}"))
    assert fault(config, basic("gate:wrong"))
    assert fault(config, {})


@pytest.mark.parametrize(
    ("peer", "is_taken"),
    [
        ("203.0.113.7", True), ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("2001:db8::5", True),
        ("203.0.113.8", False), ("11.0.0.1", False), ("2001:db9::5", False), ("", False), ("unix", False),
    ],
)  # fmt: skip
def test_a_network(peer: str, is_taken: bool) -> None:
    networks = ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32"]
    alone = configured(proof="network", secret="", networks=networks)
    beside = configured(secret=SECRET, networks=networks)

    assert (fault(alone, {}, peer=peer) == "") is is_taken
    assert (fault(beside, {"Authorization": f"Bearer {SECRET}"}, peer=peer) == "") is is_taken
    assert fault(beside, {}, peer=peer)


def test_no_reason_tells_a_secret() -> None:
    headers = {"X-Signature": "guess", "Authorization": "Bearer guess", "webhook-signature": "v1,guess"}
    for config in (signed_by(), configured(secret=SECRET), configured(proof="password", secret=SECRET)):
        assert SECRET not in fault(config, headers)
