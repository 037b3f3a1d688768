"""The three public doors of a hub that the demo knocks at: SMTP, the HTTP API and the web form."""

import smtplib
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlencode

from channelhub.cli.demo.shop import Channel, Contact
from channelhub.cli.exits import Exit, Failure
from channelhub.client.blocking import HubClient
from channelhub.client.patience import Patience
from channelhub.client.problems import HubError
from channelhub.client.shapes import MessageIn

TIMEOUT_S = 30.0
LONGEST_WAIT_S = 60.0
TRIES = 3


class Doors:
    """Where messages go in. `send` returns when the hub has said that it holds the message."""

    def __init__(self, *, address: str, token: str, accounts: Mapping[Channel, str], smtp: str, run: str) -> None:
        self._address = address
        self._hub = HubClient(
            address, token, timeout_s=TIMEOUT_S, patience=Patience(tries=TRIES, wait_s=LONGEST_WAIT_S)
        )
        self._accounts = accounts
        self._smtp_host, _, port = smtp.rpartition(":")
        self._smtp_port = int(port)
        self._run = run

    def send(self, contact: Contact, *, number: int, now: datetime) -> None:
        """Hand one message over. Ends the command with a sentence when it isn't taken."""
        name = f"demo-{self._run}-{number}"
        try:
            if contact.age or contact.channel is Channel.API:
                self._post(contact, name, now)
            elif contact.channel is Channel.MAIL:
                self._mail(contact, name, now)
            else:
                self._fill_in(contact, name)
        except (HubError, OSError, smtplib.SMTPException) as exc:
            raise Failure(f"message {number} was not taken by {contact.channel}: {exc}", Exit.UNAVAILABLE) from exc

    def _post(self, contact: Contact, name: str, now: datetime) -> None:
        person = contact.person
        known = (("external", person.number), ("email", person.email), ("phone", person.phone))
        body: MessageIn = {
            "account": self._accounts[Channel.API],
            "external_id": name,
            "sender": {"name": person.name, "identities": [{"kind": kind, "value": value} for kind, value in known]},
            "subject": contact.subject,
            "text": contact.text,
            "sent_at": (now - contact.age).isoformat(),
            "backfill": bool(contact.age),
            "order_id": contact.order,
            "attributes": {"payment_method": contact.payment_method},
        }
        self._hub.messages.post(body)

    def _fill_in(self, contact: Contact, name: str) -> None:
        fields = {
            "name": contact.person.name,
            "email": contact.person.email,
            "phone": contact.person.phone,
            "subject": contact.subject,
            "message": contact.text,
            "order_id": contact.order,
            "submission_id": name,
            "payment_method": contact.payment_method,
        }
        headers = {"Origin": self._address, "Content-Type": "application/x-www-form-urlencoded"}
        self._request(f"/forms/{self._accounts[Channel.FORM]}", urlencode(fields).encode(), headers)

    def _request(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """POST, again after the wait that the hub asks for when it is asked too often (429) or is busy (503)."""
        for tries_left in reversed(range(TRIES)):
            request = urllib.request.Request(self._address + path, data=body, headers=dict(headers))  # noqa: S310 - ours
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                    answer.read()
                return
            except urllib.error.HTTPError as exc:
                wait_s = exc.headers.get("Retry-After", "")
                if not tries_left or exc.code not in (429, 503) or not wait_s.isdigit():
                    raise
                time.sleep(min(float(wait_s), LONGEST_WAIT_S))

    def _mail(self, contact: Contact, name: str, now: datetime) -> None:
        mail = EmailMessage()
        mail["From"] = f"{contact.person.name} <{contact.person.email}>"
        mail["To"] = "support@shop.example"
        mail["Subject"] = contact.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{name}@{contact.person.email.partition('@')[2]}>"
        mail.set_content(contact.text)
        with smtplib.SMTP(self._smtp_host.strip("[]"), self._smtp_port, timeout=TIMEOUT_S) as smtp:
            smtp.send_message(mail)
