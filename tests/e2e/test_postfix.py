"""A real Postfix hands the real daemon its mail: by SMTP, by LMTP, and after an outage of ours, each mail once."""

import json
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.email.certificates import make_certificate
from tests.daemon import CONFIG, Daemon, free_ports
from tests.servers.postfix import Postfix, needs_postfix, postfix

pytestmark = [needs_postfix, pytest.mark.slow]
PATIENCE_S = 60.0
ACCOUNTS = """
[accounts.relayed]
kind = "lmtp"
listen = "127.0.0.1:LMTP"
socket = "FOLDER/channelhub.sock"
socket_mode = "0666"
recipients = ["help@lmtp.example", "second@lmtp.example", "socket.example"]
"""


class Setting:
    """The daemon, the Postfix in front of it, and what of its mail arrived."""

    def __init__(self, daemon: Daemon, relay: Postfix) -> None:
        self.daemon = daemon
        self.relay = relay

    def held(self) -> list[dict[str, Any]]:
        """Every delivery that is stored."""
        request = urllib.request.Request(
            f"{self.daemon.url}/api/v1/messages?limit=1000", headers=self.daemon.authorization()
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return list(json.load(answer)["items"])

    def raw(self, item: dict[str, Any]) -> bytes:
        request = urllib.request.Request(
            f"{self.daemon.url}/api/v1/messages/{item['id']}/raw", headers=self.daemon.authorization()
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def arrived(self) -> Counter[str]:
        return Counter(item["message_id"] for item in self.held())

    def until(self, claim: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not claim():
            assert time.monotonic() < deadline, self.relay.log()[-3000:]
            time.sleep(0.05)


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    certificate, key = make_certificate(tmp_path)
    tls = f'tls_certificate_file = "{certificate}"\ntls_key_file = "{key}"\n'
    (lmtp,) = free_ports(1)
    with postfix() as relay:
        extra = ACCOUNTS.replace("LMTP", str(lmtp)).replace("FOLDER", str(relay.folder))
        mine = 'kind = "smtp"\nrecipients = ["example.org"]\n' + tls
        daemon = Daemon(tmp_path, config=CONFIG.replace('kind = "smtp"\n', mine) + extra)
        relay.start({
            "example.org": f"smtp:[127.0.0.1]:{daemon.smtp_port}",
            "smtp.example": f"smtp:[127.0.0.1]:{daemon.smtp_port}",
            "lmtp.example": f"lmtp:inet:[127.0.0.1]:{lmtp}",
            "socket.example": f"lmtp:unix:{relay.folder}/channelhub.sock",
        })  # fmt: skip
        await daemon.start()
        try:
            yield Setting(daemon, relay)
        finally:
            daemon.end()


def _mail(name: str, text: str = "The page is empty.") -> bytes:
    return (
        f"From: Ann <ann@example.com>\r\nSubject: It broke\r\nMessage-ID: <{name}@example.com>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def test_relays_by_smtp_and_lmtp_over_port_and_socket(setting: Setting) -> None:
    text = "Сторінка порожня.\r\n.\r\n..dots and a long line: " + "слово " * 80
    large = EmailMessage()
    large["From"], large["Message-ID"] = "ann@example.com", "<large@example.com>"
    large.add_attachment(bytes(range(256)) * 20_000, maintype="application", subtype="octet-stream", filename="a.bin")
    names = {"smtp": "help@example.org", "lmtp": "help@lmtp.example", "socket": "help@socket.example"}
    for name, to in names.items():
        for number in range(10):
            setting.relay.send(_mail(f"{name}.{number}", text), to)
    setting.relay.send(large.as_bytes(), *names.values())
    setting.until(lambda: len(setting.arrived()) == 31 and not setting.relay.queued())
    items = setting.held()
    body = text.encode() + b"\r\n"

    assert Counter(item["account"] for item in items) == {"mail": 11, "relayed": 21}
    for item in items:
        assert item["message_id"] == "large@example.com" or setting.raw(item).endswith(body)
    assert "TLS connection established to 127.0.0.1" in setting.relay.log()
    assert "status=bounced" not in setting.relay.log()


def test_an_international_address_comes_through(setting: Setting) -> None:
    setting.relay.send(_mail("intl"), "допомога@example.org", sender="Аня@example.com")
    setting.until(lambda: bool(setting.arrived()["intl@example.com"]))


def test_an_unknown_recipient_is_bounced_and_the_known_ones_are_served(setting: Setting) -> None:
    setting.relay.send(_mail("smtp"), "help@example.org", "help@smtp.example")
    setting.relay.send(_mail("lmtp"), "help@lmtp.example", "no@lmtp.example", "second@lmtp.example")
    setting.until(lambda: len(setting.arrived()) == 2)
    setting.relay.logged("to=<help@smtp.example>")
    answers = {
        to: next(line for line in setting.relay.logged(f"to=<{to}>").splitlines() if f"to=<{to}>" in line)
        for to in ("help@lmtp.example", "no@lmtp.example", "second@lmtp.example")
    }

    assert "status=sent (250 2.0.0 Stored)" in answers["help@lmtp.example"]
    assert "status=sent (250 2.0.0 Stored)" in answers["second@lmtp.example"]
    assert "dsn=5.1.1, status=bounced" in answers["no@lmtp.example"]


async def test_mail_of_an_outage_of_ours_arrives_once_afterwards(setting: Setting) -> None:
    setting.daemon.stop()
    for number in range(20):
        setting.relay.send(_mail(f"late.{number}"), "help@example.org")
        setting.relay.send(_mail(f"late.lmtp.{number}"), "help@lmtp.example", "help@socket.example")
    setting.until(lambda: setting.relay.put_off() == 40)
    await setting.daemon.start()
    setting.relay.try_again()
    setting.until(lambda: setting.relay.queued() == 0)

    assert len(setting.arrived()) == 40
    assert set(setting.arrived().values()) == {1}
    assert "status=bounced" not in setting.relay.log()


async def test_a_daemon_killed_while_mail_comes_in_holds_each_once(setting: Setting) -> None:
    for number in range(150):
        setting.relay.send(_mail(f"kill.{number}"), "help@example.org" if number % 2 else "help@socket.example")
        if number in (40, 90):
            setting.until(lambda: len(setting.arrived()) > 10)
            setting.daemon.kill()
        if number in (60, 110):
            await setting.daemon.start()
            setting.relay.try_again()
    setting.until(lambda: setting.relay.queued() == 0)

    assert len(setting.arrived()) == 150
    assert set(setting.arrived().values()) == {1}
