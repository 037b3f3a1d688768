"""A command on a terminal of its own, as people use it."""

import contextlib
import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.cli.executable import EXECUTABLE

TIMEOUT_S = 60.0
CTRL_C = "\x03"


class Terminal:
    """What the command shows there, and what is typed."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process = process
        self.shown = ""
        self._master = master

    def wait_for(self, text: str) -> str:
        """Everything shown so far, once `text` is part of it."""
        deadline = time.monotonic() + TIMEOUT_S
        while text not in self.shown and time.monotonic() < deadline and self._read_on():
            pass
        assert text in self.shown, self.shown
        return self.shown

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def ended(self) -> int:
        """The exit code, once it has one."""
        while self._read_on():
            pass
        return self.process.wait(timeout=TIMEOUT_S)

    def _read_on(self) -> bool:
        if not select.select([self._master], [], [], TIMEOUT_S)[0]:
            return False
        try:
            some = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other side open any more
            return False
        self.shown += some.decode(errors="replace")
        return bool(some)


@contextlib.contextmanager
def on_a_terminal(*args: str, folder: Path, environ: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """`channelhub` with its three streams on a terminal of 120 columns, which Ctrl-C interrupts."""
    master, slave = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CHANNELHUB", "NO_COLOR"))}
    environment = {**clean, "TERM": "xterm-256color", "COLUMNS": "120", **(environ or {})}
    process = subprocess.Popen(
        [str(EXECUTABLE), *args], cwd=folder, env=environment, pass_fds=[slave], preexec_fn=lambda: os.login_tty(slave)
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait(timeout=TIMEOUT_S)
        os.close(master)
