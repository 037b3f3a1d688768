"""The real daemon with a real receiver: an endpoint from the command line, a customer's mail told to it and verified by
the reference library, a failing endpoint seen, sent again, disabled, and its owner told by mail."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.cli.executable import called
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import get, mail
from tests.servers.endpoints import Endpoints, Mood
from tests.servers.receivers import until

pytestmark = pytest.mark.slow
FURTHER = """
[webhooks]
networks = ["127.0.0.0/8"]
mail_account = "mail"
"""
RELAYED = """kind = "smtp"
from_address = "hub@shop.example"
relay_host = "127.0.0.1"
relay_port = RELAY
relay_tls = "none"
"""


@pytest.fixture
async def server() -> AsyncIterator[Endpoints]:
    async with Endpoints() as running:
        yield running


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as kept:
        yield kept


@pytest.fixture
async def daemon(tmp_path: Path, keeper: Keeper) -> AsyncIterator[Daemon]:
    relayed = CONFIG.replace('kind = "smtp"\n', RELAYED.replace("RELAY", str(keeper.port)))
    daemon = Daemon(tmp_path, config=relayed + FURTHER)
    await daemon.start()
    yield daemon
    daemon.end()


async def command(daemon: Daemon, *args: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(called, "-c", str(daemon.config_file), *args, folder=daemon.folder)


async def said(daemon: Daemon, *args: str) -> Any:
    done = await command(daemon, "webhooks", *args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def test_an_integrator_subscribes_verifies_and_gets_what_was_missed(
    daemon: Daemon, server: Endpoints, keeper: Keeper
) -> None:
    refused = await command(daemon, "webhooks", "add", "http://10.0.0.1/x")
    made = await said(
        daemon, "add", f"{server.url}/crm", "--event", "message.*", "--owner", "ann@example.com", "--description", "CRM"
    )  # fmt: skip
    server.secrets["crm"] = made["secret"]
    tried = await command(daemon, "webhooks", "test", "1")
    mail(daemon, subject="Order 4711", text="Where is it?")
    await until(lambda: len(server.of("crm")) == 2)
    received = server.of("crm")[1]
    body = Webhook(made["secret"]).verify(received.body, dict(received.headers))

    assert "not a public address" in refused.stderr or "no public address" in refused.stderr
    assert "took the test: 200" in tried.stdout
    assert body["type"] == "message.received"
    assert get(daemon, f"/messages/{body['data']['message_id']}")["channel"] == "email"
    assert "Where is it" not in received.body.decode()

    server.usual["crm"] = Mood(status=500, text="down for repair")
    mail(daemon, subject="Order 4712", text="And this?", message_id="<2@example.com>")
    await until(lambda: server.asked["crm"] >= 3)
    failing = await command(daemon, "webhooks", "test", "1", "--wait", "10")
    doctor = await command(daemon, "doctor")
    listed = await command(daemon, "webhooks", "list")

    assert (failing.returncode, "status 500" in failing.stderr) == (1, True)
    assert "webhook 1: failing: status" in doctor.stdout
    assert "failing" in listed.stdout

    server.usual["crm"] = Mood(status=410)
    mail(daemon, subject="Order 4713", text="Nobody there?", message_id="<3@example.com>")
    await until(lambda: len(keeper.mails) == 1)
    (owner_mail,) = keeper.texts()
    sender, recipients, _ = keeper.mails[0]

    assert recipients == ["ann@example.com"]
    assert "webhook 1 (CRM) answered 410" in owner_mail
    assert sender == "null@return.path"

    server.usual.clear()
    before = {one.json["data"].get("message_id") for one in server.of("crm")}
    assert (await said(daemon, "enable", "1"))["state"] == "enabled"
    await said(daemon, "replay", "1", "--failed")
    await until(lambda: len({one.json["data"].get("message_id") for one in server.of("crm")}) > len(before))
    assert all(one.is_verified for one in server.of("crm"))

    rotated = await said(daemon, "rotate", "1", "--overlap-hours", "0")
    server.secrets["crm"] = rotated["secret"]
    assert (await command(daemon, "webhooks", "test", "1")).returncode == 0
    assert server.of("crm")[-1].is_verified
    await said(daemon, "remove", "1")
    assert (await said(daemon, "list"))["items"] == []
