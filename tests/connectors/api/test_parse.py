"""The `api` connector reads a posted message, believes what it may, and never fails but as `Unparseable`."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.api.parse import parse

BODY: dict[str, Any] = {
    "account": "shop",
    "external_id": "m-1",
    "sender": {
        "name": "Ганна П.",
        "identities": [
            {"kind": "email", "value": "hanna@example.com"},
            {"kind": "phone", "value": "+380671112233", "verified": False},
        ],
    },
    "subject": "Повернення",
    "text": "Хочу повернути замовлення",
    "sent_at": "2026-11-21T22:30:00+02:00",
    "conversation": "chat-7",
    "attachments": [
        {
            "filename": "C:\\photos\\чек.jpg",
            "content_type": "IMAGE/JPEG",
            "content": base64.b64encode(b"\xff\xd8").decode(),
        }
    ],
}


def raw_of(body: bytes | dict[str, Any], trust: str | None = "verified") -> RawMessage:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    extra = {} if trust is None else {"trust": trust}
    return RawMessage(account="shop", delivery_id="m-1", body=data, envelope=Envelope(extra=extra))


def read(body: bytes | dict[str, Any], trust: str | None = "verified") -> NewMessage:
    [item] = parse(raw_of(body, trust))
    assert isinstance(item, NewMessage)
    return item


def test_reads_every_field() -> None:
    message = read(BODY)

    assert message.external_id == "m-1"
    assert message.sender.name == "Ганна П."
    assert [(handle.kind, handle.value) for handle in message.sender.handles] == [
        ("email", "hanna@example.com"),
        ("phone", "+380671112233"),
    ]
    assert message.content.subject == "Повернення"
    assert message.content.text == "Хочу повернути замовлення"
    assert message.thread.key == "chat-7"
    assert message.sent_at == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    [file] = message.content.attachments
    assert (file.filename, file.content_type, file.size, file.content) == ("чек.jpg", "image/jpeg", 2, b"\xff\xd8")
    assert file.sha256 == hashlib.sha256(b"\xff\xd8").hexdigest()


def test_a_trusted_account_is_believed_except_where_it_says_otherwise() -> None:
    message = read(BODY)

    assert [handle.evidence for handle in message.sender.handles] == [Evidence.TRUSTED_ACCOUNT, Evidence.CLAIMED]
    assert message.is_time_vouched


@pytest.mark.parametrize("trust", ["claimed", "", None, "VERIFIED"])
def test_any_other_account_is_not_believed_even_if_it_says_verified(trust: str | None) -> None:
    identities = [{"kind": "email", "value": "hanna@example.com", "verified": True}]

    message = read({**BODY, "sender": {"identities": identities}}, trust)

    assert [handle.evidence for handle in message.sender.handles] == [Evidence.CLAIMED]
    assert not message.is_time_vouched


def test_a_message_of_nobody_stands_alone_under_its_own_id() -> None:
    message = read({"account": "shop", "external_id": "m-9", "text": "?"})

    assert [(h.kind, h.value, h.evidence) for h in message.sender.handles] == [("device", "m-9", Evidence.CLAIMED)]
    assert message.thread.key == ""
    assert message.sent_at is None


def test_unknown_fields_are_kept() -> None:
    message = read({**BODY, "basket": {"total": 12}, "city": "Київ"})

    assert message.extra == {"basket": '{"total": 12}', "city": "Київ"}
    assert len(message.warnings) == 2


def test_an_unknown_field_of_any_length_or_odd_text_is_kept() -> None:
    body = b'{"account":"a","external_id":"1","text":"x","n":' + b"9" * 100_000 + b',"s":"\xff tail"}'

    message = read(body)

    assert message.extra == {"n": "9" * 100_000, "s": '"\ufffd tail"'}


def test_nul_is_replaced() -> None:
    message = read({**BODY, "text": "a\x00b"})

    assert message.content.text == "a\ufffdb"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"account":"a","external_id":"1","text":"\\ud800"}',
        b'{"account":"a","external_id":"1","text":"\\udc00 tail of some length"}',
        b'{"account":"a","external_id":"1","text":"x","sent_at":"2026-01-01T00:00:00"}',
        b'{"account":"a","external_id":"1","text":"x","sent_at":"0001-01-01T00:00:00+10:00"}',
        b'{"account":"a","external_id":"1","text":"x","sent_at":1e400}',
        b'{"account":"a","external_id":"1","text":"x","y":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"account":"a","external_id":"1","text":' + b"9" * 1_000_000 + b"}",
        b'{"account":"a","external_id":"1","text":"x","\\ud800":1}',
        b'{"account":"a","external_id":"1","text":"x","y":NaN}',
        b'{"account":"a","external_id":"","text":"x"}',
        b'{"account":"a","external_id":"1"}',
        b'{"account":"a","external_id":"1","text":"x","\xff":1}',
        b'{"account":"a","external_id":"1","text":"x","sender":{"identities":[{"kind":"email\\n","value":"a@b.c"}]}}',
        b'{"account":"a","external_id":"1","text":"x","sender":{"identities":[{"kind":"email","value":" "}]}}',
        b'{"account":"a","external_id":"1\\u0000","text":"x"}',
    ],
    ids=range(18),
)
def test_a_hostile_body_is_unparseable(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(body))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*BODY, "x"]), JSON_VALUES, max_size=6))
def test_any_json_is_parsed_or_unparseable_and_always_the_same(changes: dict[str, Any]) -> None:
    raw = raw_of({**BODY, **changes})
    try:
        first = parse(raw)
    except Unparseable:
        with pytest.raises(Unparseable):
            parse(raw)
        return

    assert parse(raw) == first
    first[0].external_id.encode()  # no lone surrogate comes through


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_unparseable(body: bytes) -> None:
    try:
        items = parse(raw_of(body))
    except Unparseable:
        items = []

    assert len(items) <= 1


def test_attributes_are_kept_beside_further_fields() -> None:
    message = read(BODY | {"attributes": {"city": "Київ", "plan": "pro\x00"}, "plan": "basic", "strange": 1})

    assert message.extra == {"city": "Київ", "plan": "pro\ufffd, basic", "strange": "1"}
    assert message.warnings == ("unknown field kept as it came: plan", "unknown field kept as it came: strange")


@pytest.mark.parametrize(
    "attributes",
    [{"city": 7}, {"": "x"}, {"a" * 101: "x"}, {"city": "x" * 201}, {f"a{n}": "x" for n in range(31)}, ["city"]],
)
def test_attributes_beyond_their_bounds_are_refused_by_name(attributes: Any) -> None:
    with pytest.raises(Unparseable, match="attributes"):
        read(BODY | {"attributes": attributes})
