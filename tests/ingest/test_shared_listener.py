"""The real daemon: accounts behind one listener, and one that comes by a reload."""

import json
import os
import signal
import smtplib
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.daemon import CONFIG, Daemon

pytestmark = pytest.mark.slow  # daemons

BEHIND = """
[accounts.billing]
kind = "smtp"
through = "mail"
recipients = ["billing@example.org"]
"""
LATER = '[accounts.press]\nkind = "smtp"\nthrough = "mail"\nrecipients = ["press@example.org"]\n'
MAIL = (
    b"From: Ann <ann@example.com>\r\nSubject: It broke\r\nMessage-ID: <both@example.com>\r\n\r\nThe page is empty.\r\n"
)


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    text = CONFIG.replace('kind = "smtp"\n', 'kind = "smtp"\nrecipients = ["help@example.org"]\n') + BEHIND
    one = Daemon(tmp_path, config=text)
    await one.start()
    yield one
    one.end()


def _ask(daemon: Daemon, path: str) -> Any:
    request = urllib.request.Request(f"{daemon.url}/api/v1{path}", headers=daemon.authorization())
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _states(daemon: Daemon) -> list[tuple[str, str]]:
    return [(item["account"], item["state"]) for item in _ask(daemon, "/messages?limit=100")["items"]]


def test_a_mail_to_two_accounts_is_with_both_and_one_entry_of_the_timeline(daemon: Daemon) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=60) as client:
        refused = client.sendmail(
            "ann@example.com", ["help@example.org", "billing@example.org", "no@example.org"], MAIL
        )
    _until(lambda: [state for _, state in _states(daemon)] == ["processed"] * 2)
    customer = _ask(daemon, "/customers/lookup?identity=email:ann@example.com")
    accounts = {one["name"]: one for one in _ask(daemon, "/connectors")["items"]}

    assert refused.keys() == {"no@example.org"}
    assert sorted(account for account, _ in _states(daemon)) == ["billing", "mail"]
    assert len([item for item in customer["timeline"]["items"] if item["type"] == "message"]) == 1
    assert accounts["mail"]["last_received"]
    assert accounts["billing"]["last_received"]


def test_a_reload_adds_an_account_without_hanging_up(daemon: Daemon) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=60) as client:
        client.ehlo()
        client.mail("ann@example.com")
        before = client.rcpt("press@example.org")[0]
        daemon.config_file.write_text(daemon.config_file.read_text() + LATER)
        os.kill(daemon.pid, signal.SIGHUP)
        _until(lambda: client.rcpt("press@example.org")[0] == 250)

    assert before == 550
