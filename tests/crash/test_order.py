"""The order of system calls: fdatasync of the database's log returns before the acknowledgement leaves."""

import os
import re
import shutil
import smtplib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.crash.ledger import processed
from tests.daemon import COMMAND, Daemon

MESSAGES = 20
WEAKENED = (sys.executable, str(Path(__file__).with_name("weakened.py")), "synchronous-normal")

pytestmark = pytest.mark.slow
if shutil.which("strace") is None and os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skip(reason="no strace: the order of system calls can't be watched")


class Traced:
    """A daemon whose system calls are written to a file, from its start on.

    The tracer is a grandchild (-D): the daemon stays our child, and tracing needs no privilege.
    """

    def __init__(self, folder: Path, command: tuple[str, ...] = COMMAND) -> None:
        self._file = folder / "strace.out"
        calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64"
        tracer = ("strace", "-D", "-f", "-y", "-s", "16", "-e", calls, "-o", str(self._file))
        self.daemon = Daemon(folder, command=(*tracer, *command))

    def calls(self) -> list[str]:
        """Every system call in order; the daemon is stopped."""
        pid = self.daemon.pid
        self.daemon.stop()
        deadline = time.monotonic() + 60
        while not re.search(rf"^{pid} +\+\+\+ exited", text := self._file.read_text(errors="replace"), re.MULTILINE):
            assert time.monotonic() < deadline, "strace doesn't finish its file"
            time.sleep(0.05)
        return text.splitlines()


@pytest.fixture
def made() -> Iterator[list[Traced]]:
    traced: list[Traced] = []
    yield traced
    for one in traced:
        one.daemon.end()


async def test_the_log_is_synced_before_an_acknowledgement_leaves(tmp_path: Path, made: list[Traced]) -> None:
    made.append(Traced(tmp_path))
    await made[0].daemon.start()
    await _messages(made[0].daemon)

    assert _acknowledgements(made[0].calls()) == (2 * MESSAGES, 0)


async def test_without_synchronous_full_acknowledgements_leave_unsynced(tmp_path: Path, made: list[Traced]) -> None:
    made.append(Traced(tmp_path, WEAKENED))
    await made[0].daemon.start()
    await _messages(made[0].daemon)

    _, unsynced = _acknowledgements(made[0].calls())
    assert unsynced >= MESSAGES


async def _messages(daemon: Daemon) -> None:
    """One message after the other, by mail and by HTTP. The next comes when the pipeline is done with the last."""
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=60) as smtp:
            for number in range(MESSAGES):
                mail = f"From: ann@example.com\r\nMessage-ID: <{number}@x.example>\r\nSubject: s\r\n\r\nlate\r\n"
                smtp.sendmail("ann@example.com", ["support@shop.example"], mail)
                await processed(http)
                message = {"account": "shop", "external_id": str(number), "text": "late"}
                async with http.post("/api/v1/messages", json=message) as answer:
                    assert answer.status == 202, await answer.text()
                await processed(http)


def _acknowledgements(calls: list[str]) -> tuple[int, int]:
    """How many acknowledgements left after the log's first writes since the one before were synced, and how many not.

    Those writes are the message's own, because nothing else is under way when it comes. What the pipeline writes about
    it may follow before the acknowledgement has left.
    """
    synced = unsynced = 0
    is_written = is_synced = False
    syncing: dict[str, bool] = {}  # by thread: whether the log was written to before it began
    for call in calls:
        thread, _, rest = call.partition(" ")
        rest = rest.strip()
        if "-wal>" in rest and rest.startswith("pwrite64"):
            is_written = True
        elif "-wal>" in rest and rest.startswith(("fdatasync", "fsync")):
            if rest.endswith("<unfinished ...>"):
                syncing[thread] = is_written
            else:
                is_synced |= is_written
        elif re.match(r"<\.\.\. (fdatasync|fsync) resumed>", rest):
            is_synced |= syncing.pop(thread, False) and is_written
        elif re.match(r"(write|writev|sendto|sendmsg)\(", rest) and re.search(r'"(250 2\.0\.0|HTTP/1.1 202)', rest):
            if is_synced:
                synced += 1
            else:
                unsynced += 1
            is_written = is_synced = False
    return synced, unsynced
