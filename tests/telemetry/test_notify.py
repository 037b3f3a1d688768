"""What systemd is told."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelhub.telemetry.notify import notifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket as the service manager opens it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(5)
        yield receiver


def test_each_state_is_one_datagram(manager: socket.socket) -> None:
    told = notifier({"NOTIFY_SOCKET": manager.getsockname()})

    told.ready("2 accounts")
    told.alive()
    told.reloading()
    told.stopping("draining\nnow")

    assert manager.recv(200) == b"READY=1\nSTATUS=2 accounts"
    assert manager.recv(200) == b"WATCHDOG=1"
    assert manager.recv(200).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert manager.recv(200) == b"STOPPING=1\nSTATUS=draining now"


def test_an_abstract_socket_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("")  # Linux gives an abstract address
        receiver.settimeout(5)
        name = receiver.getsockname()
        notifier({"NOTIFY_SOCKET": "@" + name[1:].decode()}).ready()

        assert receiver.recv(200) == b"READY=1"


def test_without_a_manager_or_after_it_went_nothing_happens(tmp_path: Path) -> None:
    for environ in ({}, {"NOTIFY_SOCKET": str(tmp_path / "gone")}, {"NOTIFY_SOCKET": "vsock:2:1"}):
        told = notifier(environ)
        told.ready()
        told.alive()

        assert told.watchdog_s is None


@pytest.mark.parametrize(
    ("usec", "pid", "expected"),
    [("30000000", "7", 30.0), ("30000000", "8", None), ("30000000", None, 30.0), ("0", "7", None), ("x", "7", None)],
)
def test_the_watchdog_counts_only_for_the_process_it_names(usec: str, pid: str | None, expected: float | None) -> None:
    environ = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": usec} | ({"WATCHDOG_PID": pid} if pid else {})

    assert notifier(environ, pid=7).watchdog_s == expected
