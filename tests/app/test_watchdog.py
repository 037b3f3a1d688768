"""The watchdog is fed while the writer answers, and starves when it is silent."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from channelhub.app.watchdog import watch
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.notify import Notifier
from tests.emptystore import open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(tmp_path, now=datetime.now(UTC), on_broken=lambda exc: None)
    writing = asyncio.create_task(opened.writer.run())
    yield opened
    await opened.writer.stop()
    await writing
    await opened.close()


@pytest.fixture
def manager(tmp_path: Path) -> socket.socket:
    """What systemd would listen on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


@contextlib.asynccontextmanager
async def watching(store: Store, manager: socket.socket, heard: list[bool]) -> AsyncIterator[None]:
    notifier = Notifier(address=manager.getsockname(), watchdog_s=30.0)
    task = asyncio.create_task(
        watch(
            store,
            notifier,
            metrics=Metrics(),
            log=structlog.get_logger(),
            on_writer=heard.append,
            every_s=0.01,
            answer_within_s=0.05,
        )
    )
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(heard: list[bool], is_answering: bool) -> None:
    async with asyncio.timeout(60):
        while not heard or heard[-1] is not is_answering:
            await asyncio.sleep(0.005)


async def test_is_fed_while_the_writer_answers(store: Store, manager: socket.socket) -> None:
    heard: list[bool] = []
    async with watching(store, manager, heard):
        await until(heard, True)
        async with asyncio.timeout(60):
            fed = await asyncio.get_running_loop().sock_recv(manager, 100)

    assert fed == b"WATCHDOG=1"


async def test_starves_while_the_writer_is_stuck_and_is_fed_again_after(store: Store, manager: socket.socket) -> None:
    stuck = threading.Event()

    async def hang(_session: Session) -> None:
        stuck.wait()

    hanging = asyncio.create_task(store.writer.batch(hang))
    heard: list[bool] = []
    async with watching(store, manager, heard):
        await until(heard, False)
        with contextlib.suppress(BlockingIOError):
            while manager.recv(100):
                pass
        seen = len(heard)
        async with asyncio.timeout(60):
            while len(heard) < seen + 3:
                await asyncio.sleep(0.005)
        with pytest.raises(BlockingIOError):
            manager.recv(100)
        stuck.set()
        await hanging
        await until(heard, True)
        async with asyncio.timeout(60):
            fed = await asyncio.get_running_loop().sock_recv(manager, 100)

    assert fed == b"WATCHDOG=1"
