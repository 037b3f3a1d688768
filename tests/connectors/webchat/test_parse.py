"""What stored frames say: who is believed, and that parsing raises nothing but Unparseable."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import ContactShared, DeliveryStatus, NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.webchat.parse import parse
from tests.connectors.webchat.chatsite import message, own_id
from tests.examples import examples

ANONYMOUS = {"place": "v.abcd", "browser": "abcd", "origin": "203.0.113.0/24"}
SIGNED = {
    "place": "c.crm-17",
    "browser": "abcd",
    "origin": "203.0.113.0/24",
    "customer_id": "crm-17",
    "customer_email": "ann@example.com",
    "customer_phone": "+380671112233",
    "customer_name": "Ганна",
}


def raw_of(frame: Any, extra: dict[str, str]) -> RawMessage:
    body = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    return RawMessage(account="chat", delivery_id="message:1", body=body, envelope=Envelope(extra=extra))


def test_anonymous_visitor_is_known_by_the_browser_alone() -> None:
    [said] = parse(raw_of(message("Де\r\nмоє?\x00", page="https://shop.example/lamps"), ANONYMOUS))

    assert isinstance(said, NewMessage)
    assert said.content.text == "Де\nмоє?\ufffd"
    assert said.thread.key == "v.abcd"
    assert [(one.kind, one.value, one.evidence) for one in said.sender.handles] == [
        ("webchat", "v.abcd", Evidence.CHANNEL_ID),
        ("device", "abcd", Evidence.CLAIMED),
    ]
    assert said.sender.origin == "203.0.113.0/24"
    assert said.extra == {"page_url": "https://shop.example/lamps"}


def test_signed_customer_is_verified_and_the_browser_only_a_guess() -> None:
    [said] = parse(raw_of(message(), SIGNED))

    assert isinstance(said, NewMessage)
    assert said.sender.name == "Ганна"
    assert [(one.kind, one.value, one.evidence) for one in said.sender.handles] == [
        ("webchat", "c.crm-17", Evidence.SITE_SIGNED),
        ("external", "crm-17", Evidence.SITE_SIGNED),
        ("email", "ann@example.com", Evidence.SITE_SIGNED),
        ("phone", "+380671112233", Evidence.SITE_SIGNED),
        ("device", "abcd", Evidence.CLAIMED),
    ]


def test_address_that_was_typed_is_claimed() -> None:
    [left] = parse(raw_of({"type": "contact", "id": own_id(), "email": " ann@example.com "}, ANONYMOUS))

    assert isinstance(left, ContactShared)
    assert [(one.kind, one.value, one.evidence) for one in left.sender.handles][1:] == [
        ("email", "ann@example.com", Evidence.CLAIMED)
    ]


def test_files_come_inside_the_message() -> None:
    file = {"name": "../чек\n.jpg", "type": "Image/JPEG", "content": "/9g="}
    [said] = parse(raw_of(message("", files=[file]), ANONYMOUS))

    assert isinstance(said, NewMessage)
    [kept] = said.content.attachments
    assert (kept.content, kept.size, kept.content_type) == (b"\xff\xd8", 2, "image/jpeg")
    assert "/" not in kept.filename


def test_report_names_our_message_by_what_we_signed() -> None:
    read = parse(raw_of({"type": "seen", "ids": ["ch.1.2.x", "ch.1.2.x", "b"], "read": True}, ANONYMOUS))

    assert [(one.about, one.status) for one in read if isinstance(one, DeliveryStatus)] == [
        (("ch.1.2.x",), "read"),
        (("b",), "read"),
    ]


def test_token_that_was_not_believed_is_noted() -> None:
    [said] = parse(raw_of(message(), ANONYMOUS | {"token_refused": "expired"}))

    assert isinstance(said, NewMessage)
    assert said.warnings == ("identity token not believed: expired",)


@pytest.mark.parametrize(
    ("frame", "extra"),
    [
        (message(), {}),
        ({"type": "ping"}, ANONYMOUS),
        ({"type": "hello"}, ANONYMOUS),
        (b"{", ANONYMOUS),
        (b"\xff", ANONYMOUS),
        (b"[" * 100_000, ANONYMOUS),
        ({"type": "message", "id": 7}, ANONYMOUS),
    ],
    ids=range(7),
)
def test_what_is_no_stored_frame_is_parked(frame: Any, extra: dict[str, str]) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(frame, extra))


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(["message", "contact", "seen", "hello", "x"]),
    st.dictionaries(st.sampled_from(["id", "text", "page", "files", "email", "name", "ids", "read"]), any_json),
    st.dictionaries(st.sampled_from(list(SIGNED)), st.text(max_size=30)),
)
def test_parse_is_repeatable_and_raises_unparseable_only(
    kind: str, fields: dict[str, Any], extra: dict[str, str]
) -> None:
    raw = raw_of({"type": kind, **fields}, extra)
    try:
        first = list(parse(raw))
    except Unparseable:
        return

    assert list(parse(raw)) == first
    assert all(item.external_id for item in first)
