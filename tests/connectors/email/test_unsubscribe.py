"""A mail to many says so, and how to decline the next one (RFC 2369, RFC 8058)."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from channelhub.domain.outbound import Outbound
from connectors.email.compose import compose

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def composed(unsubscribe_url: str) -> EmailMessage:
    message = Outbound(
        id=1, to="ann@example.com", subject="Збій", text="Ми знаємо про це.", unsubscribe_url=unsubscribe_url
    )
    raw = compose(message, from_address="help@example.org", from_name="", message_id="1@example.org", now=NOW)
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_one_click_is_offered_over_https() -> None:
    mail = composed("https://hub.example/unsubscribe/no.1.abc")

    assert mail["List-Unsubscribe"] == "<https://hub.example/unsubscribe/no.1.abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"


def test_without_https_only_a_page_is_offered() -> None:
    mail = composed("http://127.0.0.1:8080/unsubscribe/no.1.abc")

    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8080/unsubscribe/no.1.abc>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    "url", ["mailto:a@b.example", "https://a b", "https://a>\r\nBcc: x@y.example", "https://" + "a" * 600]
)
def test_what_is_no_address_stays_out_of_the_head(url: str) -> None:
    mail = composed(url)

    assert mail["List-Unsubscribe"] is None
    assert mail["Bcc"] is None


def test_an_answer_to_one_customer_carries_none_of_it() -> None:
    mail = composed("")

    assert [name for name in ("List-Unsubscribe", "Precedence", "Auto-Submitted") if name in mail] == []
