"""What a customer's programs do to a daemon: send mail, and see what became of it."""

import asyncio
import json
import smtplib
import time
from email.message import EmailMessage
from typing import Any
from urllib.request import Request, urlopen

from tests.daemon import Daemon


def mail(
    daemon: Daemon,
    *,
    subject: str,
    text: str,
    message_id: str = "<1@example.com>",
    sender: str = "Ann <ann@example.com>",
    in_reply_to: str = "",
) -> None:
    """One mail by SMTP; it is accepted when this returns."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "support@shop.example", subject
    made["Message-ID"] = message_id
    if in_reply_to:
        made["In-Reply-To"] = in_reply_to
    made.set_content(text)
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=30) as smtp:
        smtp.send_message(made)


def get(daemon: Daemon, path: str) -> Any:
    """The JSON of an API path, asked with the local token."""
    with urlopen(Request(f"{daemon.url}/api/v1{path}", headers=daemon.authorization()), timeout=60) as answer:
        return json.loads(answer.read())


async def processed(daemon: Daemon, *, count: int, within_s: float = 20.0) -> list[dict[str, Any]]:
    """The first deliveries, as soon as `count` of them are no longer waiting. AssertionError when they stay."""
    deadline = time.monotonic() + within_s
    items: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        items = get(daemon, "/messages?limit=1000")["items"]
        if sum(item["state"] != "received" for item in items) >= count:
            return items
        await asyncio.sleep(0.05)
    raise AssertionError(f"{items} after {within_s} s")
