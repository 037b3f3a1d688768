"""`parse --json` of one mail: every field, always, as plain JSON."""

import json

from connectors.email.report import describe

MAIL = (
    "From: Анна <a@x.example>\r\nTo: b@y.example\r\nReply-To: r@x.example\r\nSubject: Оплата\r\n"
    "Message-ID: <1@x.example>\r\nAuthentication-Results: mx; spf=pass; dkim=fail; dmarc=none\r\n"
    "Date: Fri, 20 Nov 2026 12:00:00 +0200\r\n\r\nДеньги списали дважды, верните пожалуйста.\r\n\r\n"
    "19.11.2026 14:02, Поддержка пишет:\r\n> Проверьте"
).encode()
FIELDS = [
    "file", "id", "channel", "sender", "reply_to", "to", "cc", "subject", "text", "reply_text", "html", "attachments",
    "message_id", "in_reply_to", "references", "sent_at", "auto", "auth", "language", "raw_size", "warnings", "facts",
]  # fmt: skip


def test_describes_a_mail() -> None:
    described = json.loads(json.dumps(describe(MAIL, "a.eml")))

    assert list(described) == FIELDS
    assert described["file"] == "a.eml"
    assert described["sender"] == {"address": "a@x.example", "name": "Анна"}
    assert described["reply_text"] == "Деньги списали дважды, верните пожалуйста."
    assert described["text"].endswith("> Проверьте")
    assert described["sent_at"] == "2026-11-20T12:00:00+02:00"
    assert described["auto"] == {"reply": False, "bounce": False, "bulk": False, "list": False}
    assert described["auth"] == {"spf": "pass", "dkim": "fail", "dmarc": "none"}
    assert described["language"] == "ru"
    assert described["raw_size"] == len(MAIL)
    assert described["warnings"] == []


def test_says_why_a_file_is_no_mail() -> None:
    assert describe(b"", "empty.eml") == {"file": "empty.eml", "error": "the mail is empty"}
