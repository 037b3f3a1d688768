"""What is said of a post that isn't believed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.cli.webhooks.diagnosis import likely_causes
from channelhub.sdk.webhook_keys import new_secret, read_key, signed_by_all
from channelhub.sdk.webhook_proof import NotVerified, read_verifying_key, verify

NOW = datetime(2026, 3, 2, 9, 0, 12, tzinfo=UTC)
EVENT = {"type": "incident.opened", "url": "a/b", "data": {"number": 1042, "Пошта": "ні"}}
COMPACT = json.dumps(EVENT, ensure_ascii=False, separators=(",", ":")).encode()
SECRET = new_secret()
PRIVATE = "whsk_" + base64.b64encode(bytes(range(32))).decode()


def causes(headers: Mapping[str, str], body: bytes, *secrets: str) -> list[str]:
    with pytest.raises(NotVerified) as refused:
        verify(headers, body, keys=[read_verifying_key(one) for one in secrets], now=NOW)
    return likely_causes(refused.value, headers, body, secrets=secrets, now=NOW)


def signed(body: bytes, key: str = SECRET) -> dict[str, str]:
    return dict(signed_by_all("evt_1", body, keys=[read_key(key)], at=NOW))


@pytest.mark.parametrize("signs", [SECRET, PRIVATE], ids=["v1", "v1a"])
@pytest.mark.parametrize(
    ("received", "said"),
    [
        (COMPACT + b"\n", "without its last line break"),
        (b"\xef\xbb\xbf" + COMPACT, "without its byte order mark"),
        (
            COMPACT.decode("latin-1").encode(),
            "not twice",
        ),
        (json.dumps(EVENT).encode(), "as JSON without spaces"),
        (json.dumps(EVENT, indent=2, sort_keys=True).encode(), "none of the usual forms"),
        (json.dumps(json.dumps(EVENT, ensure_ascii=False, separators=(",", ":"))).encode(), "out of the JSON text"),
        (b"", "the body is empty"),
        (COMPACT.replace(b"1042", b"1043"), "none of the usual forms"),
    ],
    ids=["newline", "mark", "twice", "parsed", "fields in another order", "text in text", "empty", "forged"],
)
def test_a_body_that_was_changed_on_the_way_is_recognised(signs: str, received: bytes, said: str) -> None:
    verifies = read_key(PRIVATE).public if signs == PRIVATE else SECRET
    found = causes(signed(COMPACT, signs), received, verifies)

    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (json.dumps(EVENT).encode(), "with spaces after commas and colons, letters beyond ASCII escaped"),
        (json.dumps(EVENT, indent=2, ensure_ascii=False).encode(), "indented by two"),
        (json.dumps(EVENT, separators=(",", ":")).replace("/", "\\/").encode(), "slashes escaped"),
        (COMPACT.replace(b":", b":\r\n"), "line breaks as CRLF"),
    ],
)
def test_what_the_sender_wrote_is_named(sent: bytes, said: str) -> None:
    received = sent.replace(b"\r\n", b"\n") if b"\r\n" in sent else COMPACT
    [found] = causes(signed(sent), received, SECRET)

    assert said in found
    assert "before any parser" in found


def _by(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)


STAMP = str(int(NOW.timestamp()))
CONTENT = f"evt_1.{STAMP}.".encode() + COMPACT
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("v1," + base64.b64encode(_by(SECRET.encode(), CONTENT)).decode(), "with the secret's text"),
        ("v1," + base64.b64encode(_by(SECRET.removeprefix("whsec_").encode(), CONTENT)).decode(), "the secret's text"),
        ("v1," + _by(KEY, CONTENT).hex(), "in hexadecimal"),
        ("sha256=" + _by(KEY, CONTENT).hex(), "in hexadecimal"),
        ("v1," + base64.b64encode(_by(KEY, COMPACT)).decode(), "only the body was signed"),
        ("v1," + base64.b64encode(bytes(32)).decode(), "may be that of another endpoint"),
    ],
    ids=["encoded secret", "text of the secret", "hexadecimal", "hexadecimal sha256", "body alone", "another"],
)
def test_a_sender_that_signs_otherwise_is_recognised(signature: str, said: str) -> None:
    headers = {"webhook-id": "evt_1", "webhook-timestamp": STAMP, "webhook-signature": signature}

    assert any(said in one for one in causes(headers, COMPACT, SECRET))


def test_headers_of_another_scheme_are_named() -> None:
    [renamed] = causes({"X-Hub-Signature-256": "sha256=00", "Svix-Id": "msg_1"}, COMPACT, SECRET)
    [none] = causes({"Host": "example.com"}, COMPACT, SECRET)

    assert "svix-id, x-hub-signature-256" in renamed
    assert "no header speaks of a signature" in none


def test_a_refusal_that_says_it_all_stands_alone() -> None:
    headers = signed(COMPACT) | {"webhook-timestamp": "soon"}

    assert causes(headers, COMPACT, SECRET) == []


@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: json.dumps(text).encode())))
def test_whatever_the_body_is_something_is_said_and_no_secret_shown(body: bytes) -> None:
    found = causes(signed(COMPACT), body, SECRET)

    assert found
    assert SECRET.removeprefix("whsec_") not in " ".join(found)
