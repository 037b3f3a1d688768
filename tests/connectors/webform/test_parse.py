"""What a stored post becomes on the timeline."""

import json
from typing import Any

import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from connectors.webform.parse import parse


def read(fields: dict[str, Any], **extra: str) -> NewMessage:
    raw = RawMessage(
        account="site-form",
        delivery_id="d-1",
        body=json.dumps(fields).encode(),
        content_type="application/json",
        envelope=Envelope(extra=extra),
    )
    [item] = parse(raw)
    assert isinstance(item, NewMessage)
    return item


def handles(message: NewMessage) -> list[tuple[str, str]]:
    return [(handle.kind, handle.value) for handle in message.sender.handles]


def test_an_email_and_a_phone_are_one_claimed_sender_the_email() -> None:
    message = read({"message": "x", "phone": "+380 67 111 22 33", "email": "ann@example.com"})

    assert handles(message) == [("email", "ann@example.com"), ("phone", "+380 67 111 22 33")]
    assert {handle.evidence for handle in message.sender.handles} == {Evidence.CLAIMED}


def test_somebody_without_an_address_is_the_submission() -> None:
    assert handles(read({"message": "x", "name": "Ann"})) == [("device", "d-1")]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"email": "ann at example"}, {"email": "ann at example"}),
        ({"phone": "12"}, {"phone": "12"}),
        ({"email": "@", "phone": "+380671112233"}, {"email": "@"}),
    ],
)
def test_what_can_be_no_address_is_kept_beside_with_a_warning(fields: dict[str, str], kept: dict[str, str]) -> None:
    message = read({"message": "x", **fields})

    assert message.extra == kept
    assert any("not an address" in warning for warning in message.warnings)


def test_second_values_and_further_fields_are_kept() -> None:
    message = read({"message": "x", "Email": ["a@example.com", "b@example.com"], "color": ["red", "blue"]})

    assert handles(message) == [("email", "a@example.com")]
    assert message.extra == {"Email": "b@example.com", "color": "red, blue"}


def test_the_same_field_in_two_cases_keeps_both_values() -> None:
    message = read({"message": "x", "email": "a@example.com", "EMAIL": "b@example.com"})

    assert handles(message) == [("email", "a@example.com")]
    assert message.extra == {"EMAIL": "b@example.com"}


def test_what_belongs_to_the_page_is_not_shown() -> None:
    message = read({"message": "x", "t": "1", "website": "", "submission_id": "s", "identity_token": "i"})

    assert message.extra == {}


def test_a_signed_customer_stays_verified_at_every_replay() -> None:
    message = read(
        {"message": "x", "email": "new@example.com"}, customer_id="crm-1", customer_phone="+1", customer_email=""
    )

    assert [(h.kind, h.value, h.evidence) for h in message.sender.handles] == [
        ("external", "crm-1", Evidence.SITE_SIGNED),
        ("phone", "+1", Evidence.SITE_SIGNED),
        ("email", "new@example.com", Evidence.CLAIMED),
    ]


def test_a_posted_field_can_not_pass_for_what_was_verified() -> None:
    message = read({"message": "x", "customer_id": "crm-1", "origin": "elsewhere", "hints": "honeypot"})

    assert handles(message) == [("device", "d-1")]
    assert (message.sender.origin, message.spam_score) == ("", 0.0)


def test_each_submission_begins_a_conversation_of_its_own() -> None:
    assert read({"message": "x"}).thread.key == "d-1"


def test_text_is_cleaned_of_nul_and_line_ends_of_windows() -> None:
    message = read({"message": "a\r\nb\x00", "subject": "one\r\ntwo", "name": "Ann\nLee"})

    assert message.content.text == "a\nb\ufffd"
    assert (message.content.subject, message.sender.name) == ("one two", "Ann Lee")
