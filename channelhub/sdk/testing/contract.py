"""The contract suite: what every connector has to keep, tested against its channel's local server or client."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import ClassVar

import pytest

from channelhub.sdk.errors import HubBusy
from channelhub.sdk.testing.arriving import ArrivingContract
from channelhub.sdk.testing.bad_days import AskingContract
from channelhub.sdk.testing.fetching import FetchingContract
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.log import captured_logging
from channelhub.sdk.testing.parsing import ParsingContract
from channelhub.sdk.testing.proving import ProvingContract
from channelhub.sdk.testing.receiving import TEXT, ReceivingContract
from channelhub.sdk.testing.rig import Rig
from channelhub.sdk.testing.sending import SendingContract
from channelhub.sdk.testing.supervised import CANCEL_DEADLINE_S, running


class ConnectorContract(
    ReceivingContract, ArrivingContract, FetchingContract, ProvingContract, AskingContract, ParsingContract
):
    """Inherit it and name the rig, a class or an async context manager function without arguments:

        class TestTelegram(ConnectorContract):
            rig = TelegramRig

    Each test enters a rig of its own. A connector whose manifest says `can_send` inherits SenderContract instead and
    gives a SenderRig. Needs pytest with pytest-asyncio, in either of its modes.
    """

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_lets_go_of_tasks_and_sockets_when_cancelled(self) -> None:
        tasks_before, sockets_before = asyncio.all_tasks(), _open_sockets()
        async with self._channel() as rig, MemoryHub() as hub, running(rig, hub) as connector:
            key = await rig.customer_says(TEXT)
            await connector.until(lambda: key in rig.acknowledged(), "the message is taken")
        await _until_gone(tasks_before)
        left = asyncio.all_tasks() - tasks_before
        assert not left, f"tasks still run {CANCEL_DEADLINE_S:g} s after run() was cancelled: {left}"

        sockets = await _settled_sockets(sockets_before)
        assert sockets <= sockets_before, f"{sockets - sockets_before} sockets stay open after run() was cancelled"

    @pytest.mark.asyncio
    async def test_log_shows_no_text_and_no_address(self) -> None:
        with captured_logging() as lines:
            async with self._channel() as rig, MemoryHub() as hub:
                hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
                async with running(rig, hub) as connector:
                    key = await rig.customer_says(TEXT)
                    await connector.until(lambda: hub.refusals > 0, "the connector delivers what the customer said")
                    hub.accept()
                    await rig.redeliver(key)
                    await connector.until(lambda: key in rig.acknowledged(), "the message is taken")
                lines.extend(hub.log.lines)
        for hidden in (TEXT, *rig.customer, *rig.secrets):
            shown = [line for line in lines if hidden in line]
            assert not shown, f"the log shows {hidden!r}: {shown[0]}"

    @pytest.mark.asyncio
    async def test_inherits_the_suite_for_what_it_can_do(self) -> None:
        async with self._channel() as rig:
            can_send = rig.plugin.manifest.can_send

        assert not can_send or isinstance(self, SenderContract), "inherit SenderContract: the manifest says can_send"
        assert can_send or not isinstance(self, SenderContract), "the manifest doesn't say can_send"


class SenderContract(ConnectorContract, SendingContract):
    """ConnectorContract for a connector that also sends; its rig is a SenderRig."""


async def _until_gone(tasks_before: set[asyncio.Task[object]]) -> None:
    deadline = asyncio.get_running_loop().time() + CANCEL_DEADLINE_S
    while left := asyncio.all_tasks() - tasks_before:
        remaining_s = deadline - asyncio.get_running_loop().time()
        if remaining_s <= 0:
            return
        await asyncio.wait(left, timeout=remaining_s)


async def _settled_sockets(wanted: int) -> int:
    """Open sockets once there are no more than wanted, or at the deadline: a transport closes in a later turn."""
    deadline = asyncio.get_running_loop().time() + CANCEL_DEADLINE_S
    sockets = _open_sockets()
    while sockets > wanted and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
        sockets = _open_sockets()
    return sockets


def _open_sockets() -> int:
    """Sockets of this process; 0 where /proc can't tell."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        return 0
    return sum(_is_socket(descriptor) for descriptor in descriptors.iterdir())


def _is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except OSError:
        return False
