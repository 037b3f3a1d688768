"""`channelhub erase` beside a real daemon that is killed meanwhile, and without one: no byte is left."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.executable import called
from tests.daemon import Daemon
from tests.e2e.talking import processed
from tests.erasure import traces

pytestmark = pytest.mark.slow
WORDS = ("zebracode", "zebra.ann", "zebrabody")


def ask(daemon: Daemon, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = daemon.authorization() | {"Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(
            Request(f"{daemon.url}/api/v1{path}", data=data, headers=headers, method=method), timeout=60
        ) as got:
            return got.status, json.loads(got.read())
    except HTTPError as exc:
        return exc.code, json.loads(exc.read())


def post(daemon: Daemon, number: int, who: str) -> None:
    sender = {"name": "Zebracode", "identities": [{"kind": "email", "value": who}]}
    body = {
        "account": "shop",
        "external_id": f"m{number}",
        "subject": "zebracode",
        "text": "zebrabody " * 50,
        "sender": sender,
    }
    status, _ = ask(daemon, "POST", "/messages", body)
    assert status == 202


async def test_erased_beside_a_daemon_that_is_killed_and_without_one(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    state = tmp_path / "state"

    def run(*args: str) -> tuple[int, str]:
        done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
        return done.returncode, done.stdout + done.stderr

    await daemon.start()
    for number in range(40):
        await asyncio.to_thread(post, daemon, number, "zebra.ann@example.com")
    await asyncio.to_thread(post, daemon, 40, "zebra.ann@example.org")
    await processed(daemon, count=41)
    tried = await asyncio.to_thread(run, "erase", "email:zebra.ann@example.com", "--dry-run", "--json")
    customer_id = json.loads(tried[1])["customer_id"]
    refused = await asyncio.to_thread(ask, daemon, "POST", f"/customers/{customer_id}/erasure", {"confirm": "somebody"})
    body = {"confirm": "zebra.ann@example.com"}
    asked = await asyncio.to_thread(ask, daemon, "POST", f"/customers/{customer_id}/erasure", body)
    daemon.kill()
    await daemon.start()
    async with asyncio.timeout(60):
        while (await asyncio.to_thread(ask, daemon, "GET", f"/erasures/{asked[1]['id']}"))[1]["done_at"] is None:
            await asyncio.sleep(0.1)
    gone = await asyncio.to_thread(ask, daemon, "GET", f"/customers/{customer_id}")
    receipt = await asyncio.to_thread(ask, daemon, "GET", "/erasures")
    kept = await asyncio.to_thread(run, "erase", "email:zebra.ann@example.org", "--dry-run", "--json")
    left_beside = list(traces(state, ("zebra.ann@example.com",)))
    daemon.end()
    offline = await asyncio.to_thread(run, "erase", "email:zebra.ann@example.org", "--yes", "--json")
    nobody = await asyncio.to_thread(run, "erase", "email:zebra.ann@example.org", "--yes", "--json")
    compacted = await asyncio.to_thread(run, "erase", "--compact")
    whole = await asyncio.to_thread(run, "fsck")

    assert json.loads(tried[1])["entries"] >= 40
    assert not json.loads(tried[1])["erased"]
    assert refused[0] == 422
    assert asked[0] == 202
    assert gone[0] == 404
    assert receipt[1]["items"][0]["counts"]["messages"] == 40
    assert "zebra" not in json.dumps(receipt[1])
    assert left_beside == []
    assert json.loads(kept[1])["entries"] >= 1
    assert offline[0] == 0, offline[1]
    assert json.loads(offline[1])["receipt"]["compact"]
    assert list(traces(state, WORDS)) == []
    assert nobody[0] == 1
    assert (compacted[0], whole[0]) == (0, 0), (compacted, whole)
