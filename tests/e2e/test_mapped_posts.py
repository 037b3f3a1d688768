"""Posts of a system through the real daemon: what no mapping reads is parked, and a mended one reads it after all."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.cli.executable import called
from tests.daemon import Daemon
from tests.e2e.talking import get, processed

pytestmark = pytest.mark.slow

SECRET = "a-secret-made-up-by-us-9f2c"
CONFIG = f"""
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{{http}}"
public_url = "http://127.0.0.1:{{http}}"
[replies]
acknowledge = false
[log]
format = "json"
level = "warning"
[accounts.crm]
kind = "webhook"
trust = "verified"
proof = "token"
secret = "{SECRET}"
[[accounts.crm.mappings]]
label = "comment"
gives = "message"
when = {{{{ "$.event" = "said" }}}}
id = "$.id"
identities = [{{{{ kind = "email", value = "$.email" }}}}]
text = "$.title"
"""


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path, config=CONFIG)
    yield daemon
    daemon.end()


def post(daemon: Daemon, body: dict[str, Any], secret: str = SECRET) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    request = urllib.request.Request(f"{daemon.url}/hooks/crm", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as exc:
        with exc:
            return exc.code


def run(daemon: Daemon, *args: str) -> str:
    done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_mended_mapping_reads_what_was_parked_and_what_was_read_wrongly(daemon: Daemon) -> None:
    await daemon.start()
    said = {"event": "said", "id": "c1", "email": "ann@example.com", "title": "Headline", "body": "Paying fails"}
    unknown = {"event": "asked", "id": "q1", "email": "bob@example.com", "question": "Where is my parcel?"}
    assert post(daemon, said, secret="a-secret-that-is-not-it") == 401
    assert [post(daemon, said), post(daemon, said), post(daemon, unknown)] == [200, 200, 200]
    await processed(daemon, count=2)
    [parked] = get(daemon, "/parked")["items"]
    [message] = [one for one in get(daemon, "/messages?limit=10")["items"] if one["state"] == "processed"]
    assert "no mapping fits" in parked["detail"]
    assert get(daemon, f"/messages/{message['id']}")["text"] == "Headline"

    daemon.end()
    mended = daemon.config_file.read_text().replace('text = "$.title"', 'text = "$.body"')
    asked = (
        mended[mended.index("[[accounts.crm.mappings]]") :].replace('"said"', '"asked"').replace("$.body", "$.question")
    )
    daemon.config_file.write_text(mended + asked)
    await daemon.start()
    run(daemon, "parked", "retry", "--all")
    run(daemon, "replay", "--account", "crm")

    assert get(daemon, f"/messages/{message['id']}")["text"] == "Paying fails"
    async with asyncio.timeout(60):
        while get(daemon, "/parked")["items"]:
            await asyncio.sleep(0.05)
    items = get(daemon, "/messages?limit=10")["items"]
    assert [one["state"] for one in items] == ["processed", "processed"]
    texts = {get(daemon, f"/messages/{one['id']}")["text"] for one in items}
    assert texts == {"Paying fails", "Where is my parcel?"}
