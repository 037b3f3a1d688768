"""A support mailbox in daily use: a customer's mail is read and answered, and our own copy is no customer's."""

import asyncio
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.connectors.email.relay import Keeper, relay
from tests.daemon import COMMAND, Daemon
from tests.e2e.talking import get, processed
from tests.servers.dovecot import PASSWORD, USER, dovecot, mail_of

pytestmark = pytest.mark.slow  # a daemon and a mail server

CONFIG = """
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{{http}}"
public_url = "http://127.0.0.1:{{http}}"
[replies]
acknowledge = false
[accounts.support-mailbox]
kind = "imap"
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{user}"
password_file = "secrets/mailbox"
folders = ["INBOX", "Support"]
poll_interval_s = 1.0
completeness_interval_s = 1.0
relay_host = "127.0.0.1"
relay_port = {relay}
from_address = "{user}"
"""
WITHIN_S = 30.0


async def test_a_mail_is_read_answered_and_our_copy_is_known_as_ours(tmp_path: Path) -> None:
    keeper = Keeper()
    async with dovecot() as server, relay(keeper):
        server.deliver(mail_of("The page is empty.", number=1))
        server.deliver(mail_of("Our answer, in copy", number=2, sender=USER), folder="Support")
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / "mailbox").write_text(f"{PASSWORD}\n")
        daemon = Daemon(tmp_path, config=CONFIG.format(port=server.port, user=USER, relay=keeper.port))
        try:
            await daemon.start()
            await asyncio.to_thread(_wait, lambda: len(get(daemon, "/messages")["items"]) == 2, "both are stored")
            await processed(daemon, count=2)
            card = await asyncio.to_thread(get, daemon, "/customers/lookup?identity=email:ann@example.com")
            [message] = [one for one in card["timeline"]["items"] if one["type"] == "message"]
            await asyncio.to_thread(_reply, daemon, message["conversation_id"], "We are on it.")
            await asyncio.to_thread(_wait, lambda: bool(keeper.mails), "the relay has our answer")
            incidents = await asyncio.to_thread(get, daemon, "/incidents")
            await asyncio.to_thread(_wait, lambda: _account(daemon)["state"] == "ok", "the account is well")
            await asyncio.to_thread(_wait, lambda: _account(daemon)["completeness"]["listed"] == 2, "both are listed")
            account = await asyncio.to_thread(_account, daemon)
            doctor = await asyncio.to_thread(_doctor, daemon)
        finally:
            daemon.stop()

    [(_, recipients, sent)] = keeper.mails
    assert message["text"].strip() == "The page is empty."
    assert recipients == ["ann@example.com"]
    assert b"We are on it." in sent
    assert b"In-Reply-To: <1@example.com>" in sent
    assert len(incidents["items"]) == 1, "our own copy opened an incident"
    assert account["completeness"]["gap"] == 0
    assert "gap = 0 of 2 messages" in doctor


def _wait(claim: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not claim():
        assert time.monotonic() < deadline, f"not within {WITHIN_S:g} s: {what}"
        time.sleep(0.05)


def _account(daemon: Daemon) -> Any:
    [account] = get(daemon, "/connectors")["items"]
    return account


def _reply(daemon: Daemon, conversation: int | str, text: str) -> Any:
    request = Request(
        f"{daemon.url}/api/v1/conversations/{conversation}/replies",
        data=json.dumps({"text": text}).encode(),
        headers={**daemon.authorization(), "Content-Type": "application/json", "Idempotency-Key": "one"},
        method="POST",
    )
    with urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def _doctor(daemon: Daemon) -> str:
    shown = subprocess.run(
        [*COMMAND, "doctor", "-c", str(daemon.config_file)],
        cwd=daemon.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return " ".join(shown.stdout.split())
