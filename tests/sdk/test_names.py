"""A name whose servers don't answer keeps nobody else waiting."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from channelhub.sdk import names
from channelhub.sdk.names import Names


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Look-ups of `hangs…` wait until this is set; others are answered by the system."""
    released, system = threading.Event(), socket.getaddrinfo

    def slow(host: str, *args: object, **more: object) -> object:
        if host.startswith("hangs"):
            released.wait(30)
        return system("127.0.0.1" if host.startswith("hangs") else host, *args, **more)  # type: ignore[arg-type, misc]

    monkeypatch.setattr(names.socket, "getaddrinfo", slow)
    yield released
    released.set()


async def test_fifty_names_that_hang_leave_the_next_one_alone(stuck: threading.Event) -> None:
    looking = Names()
    hanging = [asyncio.create_task(looking.addresses(f"hangs{number}", within_s=30)) for number in range(50)]

    assert await looking.addresses("127.0.0.1", within_s=5) == ["127.0.0.1"]
    assert not any(task.done() for task in hanging)
    stuck.set()
    assert await asyncio.gather(*hanging) == [["127.0.0.1"]] * 50


async def test_a_look_up_that_nobody_waits_for_any_more_keeps_its_place_until_it_ends(stuck: threading.Event) -> None:
    looking = Names(at_once=1)

    assert await looking.addresses("hangs", within_s=0.05) == []
    assert await looking.addresses("127.0.0.1", within_s=0.05) == []
    stuck.set()
    assert await looking.addresses("127.0.0.1", within_s=5) == ["127.0.0.1"]


async def test_what_has_no_address_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(names.socket, "getaddrinfo", unknown)
    with pytest.raises(OSError, match="unknown"):
        await Names().resolve("nowhere.example", 443)
    assert await Names().addresses("nowhere.example", within_s=5) == []
    monkeypatch.undo()
    with pytest.raises(OSError, match="no name"):
        await Names().resolve("a" * 70 + ".example", 443)


async def test_every_address_is_given_with_the_port() -> None:
    (found,) = await Names().resolve("127.0.0.1", 8443, socket.AF_INET)

    assert (found["host"], found["port"], found["family"]) == ("127.0.0.1", 8443, socket.AF_INET)
