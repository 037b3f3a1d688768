"""Tell systemd how the service is: sd_notify(3), a datagram to `$NOTIFY_SOCKET`. Nothing happens without one."""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Sends states to the service manager. `watchdog_s` is None when no watchdog waits for us."""

    address: str = ""
    watchdog_s: float | None = None

    def ready(self, status: str = "") -> None:
        """Start-up, or a reload, is done."""
        self._send("READY=1", *_status(status))

    def reloading(self) -> None:
        """A reload began; `ready` ends it. systemd wants the monotonic time with it (Type=notify-reload)."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self, status: str = "") -> None:
        """A stop began."""
        self._send("STOPPING=1", *_status(status))

    def status(self, status: str) -> None:
        """The line that `systemctl status` shows."""
        self._send(*_status(status))

    def alive(self) -> None:
        """Feed the watchdog; due at least every half of `watchdog_s`."""
        self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if not self.address or not lines:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto("\n".join(lines).encode(), self.address)
            except OSError:  # the manager is gone or its queue is full: no reason to stop serving
                return


def notifier(environ: Mapping[str, str], *, pid: int | None = None) -> Notifier:
    """The notifier that the environment asks for. `pid` is this process unless given.

    `WATCHDOG_USEC` counts only for the process that `WATCHDOG_PID` names (sd_watchdog_enabled(3)).
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return Notifier()
    if address.startswith("@"):
        address = "\0" + address[1:]
    return Notifier(address=address, watchdog_s=_watchdog_s(environ, os.getpid() if pid is None else pid))


def _watchdog_s(environ: Mapping[str, str], pid: int) -> float | None:
    interval, owner = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(pid))
    if not (interval.isascii() and interval.isdigit()) or int(interval) == 0 or owner != str(pid):
        return None
    return int(interval) / 1_000_000


def _status(status: str) -> list[str]:
    return [f"STATUS={' '.join(status.split())}"] if status else []
