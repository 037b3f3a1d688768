"""The order of system calls: fdatasync of the database's log returns before the acknowledgement leaves."""

import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.daemon import COMMAND, Daemon

MESSAGES = 20
WEAKENED = (sys.executable, str(Path(__file__).with_name("weakened.py")), "synchronous-normal")

pytestmark = pytest.mark.slow
if shutil.which("strace") is None and os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skip(reason="no strace: the order of system calls can't be watched")


class Traced:
    """A running daemon whose system calls are written to a file."""

    def __init__(self, folder: Path, command: tuple[str, ...] = COMMAND) -> None:
        self.daemon = Daemon(folder, command=command)
        self._file = folder / "strace.out"
        self._tracer: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        await self.daemon.start()
        self._tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "16", "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64",
             "-p", str(self.daemon.pid), "-o", str(self._file)],
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._tracer.stderr is not None
        assert b"attached" in self._tracer.stderr.readline()

    def calls(self) -> list[str]:
        """The system calls so far, in order; the tracer is let go."""
        assert self._tracer is not None
        self._tracer.send_signal(signal.SIGINT)
        self._tracer.wait(timeout=20)
        return self._file.read_text(errors="replace").splitlines()

    def end(self) -> None:
        if self._tracer is not None and self._tracer.poll() is None:
            self._tracer.kill()
        if self._tracer is not None:
            self._tracer.communicate()
        self.daemon.end()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[list[Traced]]:
    traced: list[Traced] = []
    yield traced
    for one in traced:
        one.end()


async def test_the_log_is_synced_before_an_acknowledgement_leaves(tmp_path: Path, made: list[Traced]) -> None:
    made.append(Traced(tmp_path))
    await made[0].start()
    await _messages(made[0].daemon)

    synced, unsynced = _acknowledgements(made[0].calls())
    assert (synced, unsynced) == (2 * MESSAGES, 0)


async def test_without_synchronous_full_acknowledgements_leave_unsynced(tmp_path: Path, made: list[Traced]) -> None:
    made.append(Traced(tmp_path, WEAKENED))
    await made[0].start()
    await _messages(made[0].daemon)

    _, unsynced = _acknowledgements(made[0].calls())
    assert unsynced >= MESSAGES


async def _messages(daemon: Daemon) -> None:
    """One message after the other, by mail and by HTTP."""
    deadline = time.monotonic() + 30
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=20) as smtp:
            for number in range(MESSAGES):
                assert time.monotonic() < deadline
                mail = f"From: ann@example.com\r\nMessage-ID: <{number}@x.example>\r\nSubject: s\r\n\r\nlate\r\n"
                smtp.sendmail("ann@example.com", ["support@shop.example"], mail)
                message = {"account": "shop", "external_id": str(number), "text": "late"}
                async with http.post("/api/v1/messages", json=message) as answer:
                    assert answer.status == 202, await answer.text()


def _acknowledgements(calls: list[str]) -> tuple[int, int]:
    """How many acknowledgements left after the log's pages were synced, and how many while some weren't.

    A log that was written to is dirty from the start of the write to the return of the next sync.
    """
    synced = unsynced = 0
    is_dirty = is_written = False
    syncing: dict[str, bool] = {}
    for call in calls:
        thread, _, rest = call.partition(" ")
        rest = rest.strip()
        if "-wal>" in rest and rest.startswith("pwrite64"):
            is_dirty = is_written = True
        elif "-wal>" in rest and rest.startswith(("fdatasync", "fsync")):
            if rest.endswith("<unfinished ...>"):
                syncing[thread] = True
            else:
                is_dirty = False
        elif re.match(r"<\.\.\. (fdatasync|fsync) resumed>", rest) and syncing.pop(thread, False):
            is_dirty = False
        elif re.match(r"(write|writev|sendto|sendmsg)\(", rest) and re.search(r'"(250 2\.0\.0|HTTP/1.1 202)', rest):
            if is_dirty or not is_written:
                unsynced += 1
            else:
                synced += 1
            is_written = False
    return synced, unsynced
