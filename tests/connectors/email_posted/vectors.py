"""Posts of services that receive mail, in their documented shapes, with people who don't exist."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

KEY = "key-1234567890"
USER, PASSWORD = "channelhub", "a password of the test"
OLHA = "olha@example.ua"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
MIME = (
    b"From: =?utf-8?b?0J7Qu9GM0LPQsA==?= <olha@example.ua>\r\n"
    b"To: support@in.shop.ua\r\nSubject: =?utf-8?b?0J/QvtCy0LXRgNC90LXQvdC90Y8=?=\r\n"
    b"Message-ID: <CAF2@mail.example.ua>\r\nDate: Sat, 21 Nov 2026 22:30:00 +0200\r\n"
    b"Content-Type: text/plain; charset=koi8-u\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
) + "Добрий день\r\n".encode("koi8-u")
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def multipart(fields: dict[str, bytes | tuple[str, str, bytes]], boundary: str = "xYzZY") -> tuple[bytes, str]:
    """The body and the type of a form; a file is its name, type and content."""
    parts = []
    for name, value in fields.items():
        content = value if isinstance(value, bytes) else value[2]
        file = "" if isinstance(value, bytes) else f'; filename="{value[0]}"\r\nContent-Type: {value[1]}'
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
        )
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def mailgun_mark(at_s: int, token: str = "5f0c1e", key: str = KEY) -> dict[str, bytes]:
    signature = hmac.new(key.encode(), f"{at_s}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": str(at_s).encode(), "token": token.encode(), "signature": signature.encode()}


MAILGUN_READ: dict[str, bytes | tuple[str, str, bytes]] = {
    "recipient": b"support@in.shop.ua",
    "sender": b"olha@example.ua",
    "from": "Ольга Д. <olha@example.ua>".encode(),
    "subject": "Повернення".encode(),
    "body-plain": "Добрий день\r\n".encode(),
    "stripped-text": "Добрий день".encode(),
    "body-html": "<p>Добрий день</p>".encode(),
    "attachment-count": b"1",
    "content-id-map": b"{}",
    "message-headers": json.dumps(
        [
            ["Message-Id", "<CAF2@mail.example.ua>"],
            ["From", "=?utf-8?b?0J7Qu9GM0LPQsA==?= <olha@example.ua>"],
            ["Subject", "=?utf-8?b?0J/QvtCy0LXRgNC90LXQvdC90Y8=?="],
            ["Content-Type", "multipart/mixed; boundary=gone"],
        ]
    ).encode(),
    "attachment-1": ("чек.pdf", "application/pdf", b"%PDF-1.4\n"),
}
SENDGRID_READ: dict[str, bytes | tuple[str, str, bytes]] = {
    "headers": "Message-ID: <x1@mail.example.ru>\nFrom: Петр <petr@example.ru>\nSubject: Возврат\n".encode(),
    "from": "Петр <petr@example.ru>".encode(),
    "to": b"support@in.shop.ua",
    "subject": "Возврат".encode(),
    "text": "Добрый день".encode("koi8-r"),
    "envelope": b'{"to":["support@in.shop.ua"],"from":"petr@example.ru"}',
    "charsets": b'{"to":"UTF-8","subject":"UTF-8","from":"UTF-8","text":"koi8-r"}',
    "attachments": b"0",
    "dkim": b"{@example.ru : pass}",
    "SPF": b"pass",
    "sender_ip": b"203.0.113.7",
    "spam_score": b"0.1",
}
SENDGRID_RAW: dict[str, bytes | tuple[str, str, bytes]] = {
    "email": MIME,
    "envelope": b'{"to":["support@in.shop.ua"],"from":"olha@example.ua"}',
    "dkim": b"{@example.ua : pass}",
    "SPF": b"fail",
    "sender_ip": b"203.0.113.7",
}
POSTMARK: dict[str, Any] = {
    "FromName": "Ольга Д.",
    "MessageStream": "inbound",
    "From": OLHA,
    "FromFull": {"Email": OLHA, "Name": "Ольга Д.", "MailboxHash": ""},
    "To": "support+c20418@in.shop.ua",
    "Cc": "",
    "OriginalRecipient": "support+c20418@in.shop.ua",
    "Subject": "Re: Замовлення 20418",
    "MessageID": "a8c1040e-db1c-4e18-ac79-bc5f11223344",
    "ReplyTo": "",
    "Date": "Sat, 21 Nov 2026 22:30:00 +0200",
    "TextBody": "Дякую, отримала.\r\n\r\n> Ваше замовлення...",
    "HtmlBody": "",
    "StrippedTextReply": "Дякую, отримала.",
    "Tag": "",
    "Headers": [
        {"Name": "Return-Path", "Value": "<olha@example.ua>"},
        {"Name": "Message-ID", "Value": "<CAF1@mail.example.ua>"},
        {"Name": "In-Reply-To", "Value": "<m-771@in.shop.ua>"},
    ],
    "Attachments": [
        {
            "Name": "чек.pdf",
            "Content": "JVBERi0xLjQK",
            "ContentType": "application/pdf",
            "ContentLength": 9,
            "ContentID": "",
        }
    ],
}


def postmark_raw(text: str, number: int) -> dict[str, Any]:
    mime = f"From: {OLHA}\r\nTo: support@in.shop.ua\r\nMessage-ID: <m{number}@example.ua>\r\n\r\n{text}\r\n"
    return POSTMARK | {"MessageID": f"a8c1040e-{number}", "RawEmail": mime}


def ses_message(*, content: bytes | None = MIME, encoding: str = "BASE64", **receipt: Any) -> str:
    """The message of a notification."""
    verdicts = {name: {"status": "PASS"} for name in ("spfVerdict", "dkimVerdict", "dmarcVerdict")}
    message: dict[str, Any] = {
        "notificationType": "Received",
        "mail": {"source": OLHA, "messageId": "ses-1", "destination": ["support@in.shop.ua"]},
        "receipt": {"recipients": ["support@in.shop.ua"], "action": {"type": "SNS", "encoding": encoding}}
        | verdicts
        | receipt,
    }
    if content is not None:
        message["content"] = base64.b64encode(content).decode() if encoding == "BASE64" else content.decode()
    return json.dumps(message)


def mailgun_form(**fields: bytes) -> bytes:
    return urlencode(fields).encode()
