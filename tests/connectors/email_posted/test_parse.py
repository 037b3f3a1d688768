"""Posts of services say the same as the mail would that they were made of."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.email.posted import form, rebuild, unpack
from connectors.email.posted.parse import parse_posted
from tests.connectors.email_posted import vectors as v


def read(body: bytes, content_type: str, provider: str, **facts: str) -> Inbound:
    envelope = Envelope(extra={"posted_by": provider} | facts)
    raw = RawMessage(account="mail", delivery_id="d1", body=body, content_type=content_type, envelope=envelope)
    return parse_posted(raw)[0]


def message(body: bytes, content_type: str, provider: str, **facts: str) -> NewMessage:
    found = read(body, content_type, provider, **facts)
    assert isinstance(found, NewMessage), found
    return found


def test_mail_as_it_travelled_is_read_as_every_mail() -> None:
    said = message(v.MIME, "message/rfc822", "mailgun")

    assert (said.content.subject, said.content.text.strip()) == ("Повернення", "Добрий день")
    assert said.thread.message_id == "CAF2@mail.example.ua"
    assert said.warnings == ()


def test_mail_that_mailgun_read_has_its_words_sender_thread_and_files() -> None:
    said = message(*v.multipart(v.MAILGUN_READ), "mailgun")

    assert (said.content.subject, said.content.text.strip()) == ("Повернення", "Добрий день")
    assert (said.sender.name, said.sender.handles[0].value) == ("Ольга", v.OLHA)
    assert said.thread.message_id == "CAF2@mail.example.ua"
    assert [(one.filename, one.content) for one in said.content.attachments] == [("чек.pdf", b"%PDF-1.4\n")]
    assert "as it read it" in said.warnings[-1]


def test_each_text_of_sendgrid_is_in_the_charset_that_it_names() -> None:
    said = message(*v.multipart(v.SENDGRID_READ), "sendgrid")

    assert (said.content.subject, said.content.text.strip()) == ("Возврат", "Добрый день")
    assert (said.sender.name, said.sender.handles[0].value) == ("Петр", "petr@example.ru")
    assert said.thread.message_id == "x1@mail.example.ru"


def test_a_charset_that_nobody_would_guess_is_believed() -> None:
    text = "Żż"
    named = {"text": text.encode("iso-8859-2"), "charsets": b'{"text":"iso-8859-2"}'}
    said = message(*v.multipart(v.SENDGRID_READ | named), "sendgrid")

    assert said.content.text.strip() == text


def test_mail_of_postmark_has_its_lifted_headers_quoted_history_and_files() -> None:
    said = message(json.dumps(v.POSTMARK).encode(), "application/json", "postmark")

    assert (said.sender.name, said.sender.handles[0].value) == ("Ольга Д.", v.OLHA)
    assert said.content.own_words.strip() == "Дякую, отримала."
    assert (said.thread.message_id, said.thread.in_reply_to) == ("CAF1@mail.example.ua", "m-771@in.shop.ua")
    assert said.sent_at is not None
    assert [(one.filename, one.content) for one in said.content.attachments] == [("чек.pdf", b"%PDF-1.4\n")]
    assert "support+c20418@in.shop.ua" in said.recipients


@pytest.mark.parametrize(
    ("body", "provider", "shape"),
    [
        ({"RecordType": "Bounce", "From": "x"}, "postmark", "event: Bounce"),
        ({"hologram": 1}, "postmark", "an event without its name"),
        ({"signature": {}, "event-data": {"event": "delivered"}}, "mailgun", "event: delivered"),
        ({"Type": "SubscriptionConfirmation", "Message": "x"}, "ses", "SNS: SubscriptionConfirmation"),
        ({"Type": "Notification", "Message": "{}"}, "ses", "SES: a notification without its type"),
        ({"Type": "Notification", "Message": "hello"}, "ses", "SNS: a notification that is not of SES"),
        ({"Type": "Notification", "Message": '{"notificationType":"Bounce"}'}, "ses", "SES: Bounce"),
    ],
)
def test_what_is_no_mail_is_kept_by_name(body: dict[str, Any], provider: str, shape: str) -> None:
    found = read(json.dumps(body).encode(), "application/json", provider)

    assert isinstance(found, Unknown)
    assert found.shape == shape


@pytest.mark.parametrize(
    ("body", "content_type", "provider"),
    [
        (b"{", "application/json", "postmark"),
        (b"[]", "application/json", "postmark"),
        (b"", "multipart/form-data", "sendgrid"),
        (v.multipart(v.SENDGRID_READ)[0][:-9], "multipart/form-data; boundary=xYzZY", "sendgrid"),
        (b"a=1", "application/x-www-form-urlencoded", "mailgun"),
        (b"a=1", "application/x-www-form-urlencoded", "sendgrid"),
        (b"a=1&" * 400, "application/x-www-form-urlencoded", "sendgrid"),
        (json.dumps({"Type": "Notification", "Message": v.ses_message(content=None)}).encode(), "text/plain", "ses"),
    ],
)
def test_what_cannot_be_read_is_parked(body: bytes, content_type: str, provider: str) -> None:
    with pytest.raises(Unparseable):
        read(body, content_type, provider)


def test_a_header_of_a_post_makes_no_other_header() -> None:
    mime = rebuild.mail(
        [("Subject", "x\r\nBcc: all@example.com"), ("Bad Name", "y"), ("Content-Type", "text/html")],
        text="t",
        html="",
        files=(),
    )

    assert mime.startswith(b"Subject: x Bcc: all@example.com\r\nMIME-Version: 1.0\r\n")


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, {"dkim": "pass", "spf": "fail", "aligned": "example.ua"}),
        ({"dkim": b"{@evil.example : pass}"}, {"dkim": "pass", "spf": "fail"}),
        ({"dkim": b"{@example.ua : fail}"}, {"dkim": "fail", "spf": "fail"}),
        ({"dkim": b"none", "SPF": b"pass"}, {"spf": "pass", "aligned": "example.ua"}),
        ({"dkim": b"none", "SPF": b"pass", "envelope": b'{"from":"x@evil.example"}'}, {"spf": "pass"}),
    ],
)
def test_sendgrid_proves_the_sender_only_where_it_speaks_for_from(
    changes: dict[str, bytes], facts: dict[str, str]
) -> None:
    found = unpack.sendgrid(form.read(*v.multipart(v.SENDGRID_RAW | changes)))

    assert found.facts == {"auth_by": "SendGrid"} | facts
    assert found.mime == v.MIME
    said = message(v.MIME, "message/rfc822", "sendgrid", **found.facts)
    assert said.sender.handles[0].evidence is (Evidence.DMARC if "aligned" in facts else Evidence.CLAIMED)


@pytest.mark.parametrize(("status", "is_proved"), [("PASS", True), ("FAIL", False), ("GRAY", False)])
def test_ses_proves_the_sender_by_dmarc_only(status: str, is_proved: bool) -> None:
    found = unpack.ses(v.ses_message(dmarcVerdict={"status": status}), "n1")

    assert (found.mime, found.mail_from, found.rcpt_to) == (v.MIME, v.OLHA, ("support@in.shop.ua",))
    assert ("aligned" in found.facts) is is_proved
    assert unpack.ses(v.ses_message(content=b"From: a@b.example\r\n\r\nx", encoding="UTF8"), "n1").mime is not None


def test_two_senders_are_proved_by_nobody() -> None:
    mime = b"From: olha@example.ua\r\nFrom: petr@example.ua\r\n\r\nx"

    assert unpack.author(mime) == ""
    assert "aligned" not in unpack.ses(v.ses_message(content=mime), "n1").facts


@given(body=st.binary(max_size=300), provider=st.sampled_from(["mailgun", "sendgrid", "postmark", "ses"]))
def test_any_bytes_are_read_or_parked(body: bytes, provider: str) -> None:
    for kind in ("multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "application/json"):
        try:
            assert read(body, kind, provider) == read(body, kind, provider)
        except Unparseable:
            continue


FIELDS = st.dictionaries(
    st.sampled_from([*v.MAILGUN_READ, *v.SENDGRID_READ]),
    st.binary(max_size=40)
    | st.sampled_from([b"{}", b'[["From","a@b.example"]]', b'{"text":"koi8-r"}', b"a@b.example"]),
)


@given(fields=FIELDS, provider=st.sampled_from(["mailgun", "sendgrid"]))
def test_any_form_is_read_or_parked(fields: dict[str, bytes], provider: str) -> None:
    body, content_type = v.multipart(dict(fields.items()), boundary="b0undary")
    try:
        assert read(body, content_type, provider) == read(body, content_type, provider)
    except Unparseable:
        return
