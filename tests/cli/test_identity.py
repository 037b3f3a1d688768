"""`channelhub identity` beside a real daemon: a suggestion taken back, an address taken out and put back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.cli.executable import called
from tests.daemon import Daemon
from tests.e2e.talking import processed

pytestmark = pytest.mark.slow


def post(daemon: Daemon, external_id: str, *identities: dict[str, object]) -> None:
    body = {"account": "shop", "external_id": external_id, "text": "hello", "sender": {"identities": identities}}
    headers = daemon.authorization() | {"Content-Type": "application/json"}
    with urlopen(Request(f"{daemon.url}/api/v1/messages", data=json.dumps(body).encode(), headers=headers), timeout=60):
        pass


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    email, phone = {"kind": "email", "value": "ann@example.com"}, {"kind": "phone", "value": "+380501112233"}
    await asyncio.to_thread(post, made, "m1", email, phone | {"verified": False})
    await processed(made, count=1)
    yield made
    made.end()


async def test_what_a_person_decides_is_told_and_taken_back(daemon: Daemon) -> None:
    def run(*args: str) -> str:
        done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(run("card", "email:ann@example.com", "--json"))
        return found

    def play() -> None:
        before = look()
        [suggestion] = before["suggestions"]
        customer = before["customer"]["id"]
        run("identity", "accept", customer, suggestion["id"])
        [link] = look()["links"]
        shown = run("card", "email:ann@example.com")
        undone = run("identity", "unlink", link["id"])
        run("identity", "accept", customer, suggestion["id"])
        phone = next(one["id"] for one in look()["identities"] if one["kind"] == "phone")
        out = run("identity", "take-out", phone)
        alone = look()
        back = run("identity", "put-back", phone)
        again = look()
        run("identity", "unlink", link["id"])
        rejected = run("identity", "reject", customer, suggestion["id"])

        assert f"link {link['id']}" in shown
        assert phone in shown
        assert f"suggestion {suggestion['id']} is open again" in undone
        assert f"identity {phone} is out of customer {alone['customer']['id']}" in out
        assert [one["kind"] for one in alone["identities"]] == ["email"]
        assert f"in customer {again['customer']['id']} again" in back
        assert len(again["identities"]) == 2
        assert "is rejected" in rejected
        assert look()["suggestions"] == []

    await asyncio.to_thread(play)
