"""The signature covers the address and the fields, whatever stands between Twilio and us."""

import hashlib

import pytest

from channelhub.domain.secrets import Secret
from connectors.twilio.signature import is_genuine, joined, read_fields
from tests.servers.twilio import signature

URL = "https://hub.example.com/twilio?c=1"
BODY = b"Body=%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82&From=%2B380501234567&MessageSid=SM1&NumMedia=0&To=%2B12025550100"
RIGHT = "qs693woF3hHtR0azEu8PiOu7CrY="
TOKEN = Secret("tok-123")


def check(given: str, *, url: str = URL, body: bytes = BODY, token: Secret = TOKEN, is_form: bool = True) -> bool:
    return is_genuine(given, url=url, fields=(read_fields(body) or ()) if is_form else (), body=body, token=token)


def test_signature_is_the_documented_one() -> None:
    assert check(RIGHT)
    assert signature(URL, BODY, "tok-123") == RIGHT


@pytest.mark.parametrize(
    "changed",
    [
        {"given": ""},
        {"given": RIGHT[:-2] + "Z="},
        {"url": "https://hub.example.com/twilio?c=2"},
        {"url": "https://hub.example.com/twilio"},
        {"url": "https://evil.example.com/twilio?c=1"},
        {"url": "http://hub.example.com/twilio?c=1"},
        {"body": BODY + b"0"},
        {"body": BODY + b"&Extra="},
        {"token": Secret("tok-124")},
        {"token": Secret()},
        {"is_form": False},
    ],
)
def test_anything_else_is_not_genuine(changed: dict[str, object]) -> None:
    assert not check(**({"given": RIGHT} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        ("https://hub.example.com:443/x", "https://hub.example.com/x"),
        ("https://hub.example.com/x", "https://hub.example.com:443/x"),
        ("http://hub.example.com:80/x", "http://hub.example.com/x"),
        ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"),
    ],
)
def test_port_that_a_scheme_has_anyway_may_be_there_or_not(signed: str, called: str) -> None:
    assert check(signature(signed, BODY, "tok-123"), url=called)


def test_another_port_is_another_address() -> None:
    assert not check(signature("https://hub.example.com:8443/x", BODY, "tok-123"), url="https://hub.example.com/x")


def test_each_different_value_of_a_name_counts_once_and_empty_ones_too() -> None:
    assert joined([("b", "2"), ("a", ""), ("b", "1"), ("b", "2")]) == "ab1b2"


def test_json_is_signed_by_its_digest_in_the_address() -> None:
    body = b'{"a":1}'
    url = f"https://hub.example.com/x?bodySHA256={hashlib.sha256(body).hexdigest()}"
    given = signature(url, b"", "tok-123")

    assert check(given, url=url, body=body, is_form=False)
    assert not check(given, url=url, body=body + b" ", is_form=False)
