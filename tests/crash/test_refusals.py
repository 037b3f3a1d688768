"""A dead disk and a locked database: a clear refusal at once, nothing acknowledged, and back without a hand on it."""

import asyncio
import os
import shutil
import smtplib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.crash.ledger import stored_ids
from tests.crash.powercut import PowerCut
from tests.daemon import Daemon

pytestmark = pytest.mark.slow
IO_ERROR = 74  # EX_IOERR of sysexits(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    made.mkdir()
    return made


@pytest.fixture
def daemons() -> Iterator[list[Daemon]]:
    made: list[Daemon] = []
    yield made
    for one in made:
        one.end()


async def post(daemon: Daemon, external_id: str) -> tuple[int, aiohttp.typedefs.LooseHeaders]:
    message = {"account": "shop", "external_id": external_id, "text": "late"}
    async with (
        aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http,
        http.post("/api/v1/messages", json=message) as answer,
    ):
        return answer.status, answer.headers


def mail(daemon: Daemon, message_id: str) -> tuple[int, bytes]:
    """The answer to the data of a mail."""
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=60) as smtp:
        smtp.ehlo()
        smtp.mail("ann@example.com")
        smtp.rcpt("support@shop.example")
        return smtp.data(f"From: ann@example.com\r\nMessage-ID: <{message_id}@x.example>\r\n\r\nlate\r\n")


@pytest.mark.skipif(
    shutil.which("cc") is None and os.environ.get("CI") != "true", reason="no C compiler (cc) for the shim"
)
async def test_when_fsync_fails_the_daemon_ends_and_acknowledges_nothing_more(
    folder: Path, tmp_path: Path, daemons: list[Daemon]
) -> None:
    disk = PowerCut(folder, tmp_path / "shim")
    daemon = Daemon(folder, environ=disk.environ)
    daemons.append(daemon)
    await daemon.start()
    before = (await post(daemon, "h1"))[0]
    disk.die()
    after = 0
    with suppress(aiohttp.ClientError):
        after = (await post(daemon, "h2"))[0]
    began = time.monotonic()
    assert daemon._process is not None
    code = daemon._process.wait(timeout=60)
    took_s = time.monotonic() - began
    disk.strike()
    disk.revive()
    await daemon.start()  # as systemd would
    again = (await post(daemon, "h2"))[0]
    daemon.stop()

    assert (before, again) == (202, 202)
    assert after != 202
    assert (code, took_s < 10) == (IO_ERROR, True)
    assert stored_ids(daemon) == {"h1", "h2"}


async def test_a_locked_database_is_answered_with_try_again_and_recovers(folder: Path, daemons: list[Daemon]) -> None:
    daemon = Daemon(folder)
    daemons.append(daemon)
    await daemon.start()
    other = sqlite3.connect(daemon.state_dir / "channelhub.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    (status, headers), (code, reason) = await asyncio.gather(post(daemon, "h1"), asyncio.to_thread(mail, daemon, "m1"))
    took_s = time.monotonic() - began
    other.execute("ROLLBACK")
    other.close()
    again = (await post(daemon, "h1"))[0], (await asyncio.to_thread(mail, daemon, "m1"))[0]
    daemon.stop()

    assert status == 503
    assert "Retry-After" in headers
    assert code == 451, reason
    assert took_s < 30
    assert again == (202, 250)
    assert stored_ids(daemon) == {"h1", "m1"}
