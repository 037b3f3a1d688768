"""The real daemon as a process of its own, for tests that kill it, attack it or use it as people do."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from channelhub.store.places import DATABASE_FILE
from tests.eventshapes import assert_described

COMMAND = (str(Path(sys.executable).parent / "channelhub"),)
START_TIMEOUT_S = 60.0

CONFIG = """
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:{http}"
public_url = "http://127.0.0.1:{http}"
max_connections = 4096
[replies]
acknowledge = false
[log]
format = "json"
level = "warning"
[accounts.mail]
kind = "smtp"
listen = "127.0.0.1:{smtp}"
max_connections = 1000
[accounts.shop]
kind = "api"
"""


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now. They are held together, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


class Daemon:
    """`channelhub run` in `folder`. `command` and `environ` let a test put something around it.

    `config` is the text of its configuration, with places for the ports: `{http}` and `{smtp}`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: str = CONFIG,
        command: Sequence[str] = COMMAND,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.state_dir = folder / "state"
        self.http_port, self.smtp_port = free_ports(2)
        self.log = folder / "daemon.log"
        self._command = tuple(command)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
        self._environ = {**clean, "PYTHONFAULTHANDLER": "1", **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self.config_file = folder / "channelhub.toml"
        self.config_file.write_text(config.format(http=self.http_port, smtp=self.smtp_port))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def authorization(self) -> dict[str, str]:
        """The header that the daemon's own user may use; a new one after each start."""
        return {"Authorization": f"Bearer {(self.state_dir / 'local.token').read_text().strip()}"}

    def spawn(self) -> None:
        """Start the process without waiting for it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "run", "-c", str(self.config_file)],
                cwd=self.folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def start(self) -> float:
        """Start it and wait until it is ready; how long that took, in seconds."""
        began = time.monotonic()
        self.spawn()
        await self.ready()
        return time.monotonic() - began

    async def ready(self) -> None:
        """Wait until `/readyz` says 200. Raises AssertionError with the log when it ends or takes too long."""
        deadline = time.monotonic() + START_TIMEOUT_S
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
            while time.monotonic() < deadline:
                assert self._process is not None
                if self._process.poll() is not None:
                    break
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.05)
        self._tell_where_it_hangs()
        raise AssertionError(f"the daemon isn't ready:\n{self.log.read_text()[-4000:]}")

    def rss_bytes(self) -> int:
        """What the service process holds in memory now; its parser children have limits of their own."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def forget_peak(self) -> None:
        """Begin to measure `peak_rss_bytes` anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak_rss_bytes(self) -> int:
        """The most the service process held since `forget_peak`, or since it began."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def _tell_where_it_hangs(self) -> None:
        """Have a process that doesn't answer write every thread's stack to its log."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGABRT)
            self._process.wait(timeout=60)

    def parsers(self) -> list[int]:
        """The process ids of its parser children now, and of the process that they are forked from."""
        nurseries = _parsers_under(self.pid)
        return [*nurseries, *(pid for nursery in nurseries for pid in _parsers_under(nursery))]

    def kill(self) -> None:
        """kill -9, and wait for its end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=60)

    def stop(self) -> int:
        """SIGTERM; the exit code. A daemon that does not end within a minute is killed."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def end(self) -> None:
        """Whatever happened: no process is left. What it told of fits the catalogue of events."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        assert_described(self.state_dir / DATABASE_FILE)


def _parsers_under(pid: int) -> list[int]:
    """The children of a process that are parser processes."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in listed.split() if b"parser_child" in _command_line(int(one))]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
