"""`channelhub export` beside a real daemon and without one."""

import asyncio
import json
import stat
import zipfile
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.executable import called
from tests.daemon import Daemon
from tests.e2e.talking import processed

pytestmark = pytest.mark.slow


def post(daemon: Daemon) -> None:
    body = {
        "account": "shop",
        "external_id": "m1",
        "text": "Where is my parcel?",
        "sender": {"identities": [{"kind": "email", "value": "ann@example.com"}]},
    }
    headers = daemon.authorization() | {"Content-Type": "application/json"}
    with urlopen(Request(f"{daemon.url}/api/v1/messages", data=json.dumps(body).encode(), headers=headers), timeout=60):
        pass


def texts(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        return [json.loads(line)["text"] for line in opened.read("messages.jsonl").splitlines()]


async def test_an_archive_is_written_with_and_without_a_daemon(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    await daemon.start()
    await asyncio.to_thread(post, daemon)
    await processed(daemon, count=1)

    def run(*args: str) -> tuple[int, str]:
        done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
        return done.returncode, done.stdout + done.stderr

    beside, after = daemon.folder / "beside.zip", daemon.folder / "after.zip"
    with_daemon = await asyncio.to_thread(run, "export", "email:ann@example.com", "-o", str(beside), "--json")
    again = await asyncio.to_thread(run, "export", "email:ann@example.com", "-o", str(beside))
    nobody = await asyncio.to_thread(run, "export", "email:bob@example.com")
    daemon.end()
    without = await asyncio.to_thread(run, "export", "email:ann@example.com", "-o", str(after))
    nobody_either = await asyncio.to_thread(run, "export", "email:bob@example.com")

    assert with_daemon[0] == 0, with_daemon[1]
    assert json.loads(with_daemon[1]) == {"path": str(beside), "bytes": beside.stat().st_size}
    assert without[0] == 0, without[1]
    assert texts(beside) == texts(after) == ["Where is my parcel?"]
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert again[0] == 64
    assert "exists already" in again[1]
    assert (nobody[0], nobody_either[0]) == (1, 1)
    assert not list(daemon.folder.glob(".*.part"))
