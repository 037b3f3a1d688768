"""The promises of receiving: nothing is acknowledged before it is committed, nothing lost, nothing doubled."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from channelhub.domain.inbound import MonitoringAlert, NewMessage
from channelhub.sdk.contract import HealthReport
from channelhub.sdk.errors import DiskFull, HubBusy, NotCommitted, Unparseable
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.rig import Rig
from channelhub.sdk.testing.supervised import running

TEXT = "Zwetschgenkuchen 4711"  # a word that no channel adds by itself
MUCH_LATER = datetime(2031, 8, 9, 3, 4, 5, tzinfo=UTC)
CRASHES = 4  # calls of deliver that a crash is tried at


class ReceivingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_acknowledges_only_after_deliver_returned(self) -> None:
        async with self._channel() as rig, MemoryHub() as hub:
            hub.hold()
            async with running(rig, hub) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: hub.is_holding, "the connector delivers what the customer said")
                await connector.never(
                    lambda: key in rig.acknowledged(), "acknowledged although deliver had not returned: it may be lost"
                )
                hub.accept()
                await connector.until(lambda: key in rig.acknowledged(), "acknowledged after deliver returned")
            assert texts_of(rig, hub) == [TEXT]

    @pytest.mark.asyncio
    async def test_refused_message_stays_on_the_channel_while_the_hub_is_busy(self) -> None:
        await self._refuse_then_accept(HubBusy("the queue is full", retry_after_s=0.01))

    @pytest.mark.asyncio
    async def test_refused_message_stays_on_the_channel_while_the_disk_is_full(self) -> None:
        await self._refuse_then_accept(DiskFull("the disk is below its floor", retry_after_s=0.01))

    @pytest.mark.asyncio
    async def test_redelivery_is_acknowledged_and_stored_once(self) -> None:
        async with self._channel() as rig, MemoryHub() as hub, running(rig, hub) as connector:
            key = await rig.customer_says(TEXT)
            await connector.until(lambda: key in rig.acknowledged(), "the message is taken")
            await rig.redeliver(key)
            await connector.until(lambda: key in rig.acknowledged(), "the redelivery is acknowledged like the first")

            assert texts_of(rig, hub) == [TEXT]
            assert len(hub.stored) == 1, f"one message has several delivery ids: {ids_of(hub)}"

    @pytest.mark.asyncio
    async def test_delivery_id_does_not_depend_on_the_clock(self) -> None:
        async with self._channel() as rig, MemoryHub() as first, MemoryHub(now=MUCH_LATER) as later:
            async with running(rig, first) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: key in rig.acknowledged(), "the message is taken")
            async with running(rig, later) as connector:
                await rig.redeliver(key)
                await connector.until(lambda: bool(later.stored), "a hub that forgot everything is given it again")

            assert ids_of(first) == ids_of(later), "the same message has another delivery id at another time"

    @pytest.mark.asyncio
    async def test_crash_before_the_commit_loses_nothing(self) -> None:
        for calls in range(CRASHES):
            await self._crash(after_commit=False, skip=calls)

    @pytest.mark.asyncio
    async def test_crash_between_commit_and_acknowledgement_doubles_nothing(self) -> None:
        for calls in range(CRASHES):
            await self._crash(after_commit=True, skip=calls)

    @pytest.mark.asyncio
    async def test_check_consumes_nothing(self) -> None:
        async with self._channel() as rig, MemoryHub() as hub:
            built = await rig.build(hub)
            key = await rig.customer_says(TEXT)
            report = await built.check()

            assert isinstance(report, HealthReport)
            assert not hub.calls, "check() delivered"
            assert key not in rig.acknowledged(), "check() acknowledged a message"
            async with running(rig, hub) as connector:
                await rig.redeliver(key)
                await connector.until(lambda: key in rig.acknowledged(), "what check() saw is still there to receive")
            assert texts_of(rig, hub) == [TEXT]

    async def _refuse_then_accept(self, refusal: NotCommitted) -> None:
        async with self._channel() as rig, MemoryHub() as hub:
            hub.refuse(refusal)
            async with running(rig, hub) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: hub.refusals > 0, "the connector delivers what the customer said")
                await connector.never(
                    lambda: key in rig.acknowledged(), "acknowledged although deliver refused: the message is lost"
                )
                hub.accept()
                await rig.redeliver(key)
                await connector.until(lambda: key in rig.acknowledged(), "taken when the hub accepts again")
            assert texts_of(rig, hub) == [TEXT]
            assert len(hub.stored) == 1, f"one message has several delivery ids: {ids_of(hub)}"

    async def _crash(self, *, after_commit: bool, skip: int) -> None:
        """Three messages; the process dies inside the call of deliver that comes after `skip` others."""
        texts = [f"{TEXT} {number}" for number in range(3)]
        async with self._channel() as rig, MemoryHub() as hub:
            hub.hold(after_commit=after_commit, skip=skip)
            keys: list[str] = []
            async with running(rig, hub) as connector:
                for text in texts:
                    keys.append(await rig.customer_says(text))
                    await connector.until(
                        lambda: hub.is_holding or set(keys) <= rig.acknowledged(), "each message is delivered"
                    )
                unanswered = set(keys) - rig.acknowledged()
                await connector.kill()
                await connector.restart()
                for key in keys:
                    if key in unanswered:
                        await rig.redeliver(key)
                await connector.until(lambda: set(keys) <= rig.acknowledged(), "all are taken after the restart")

            what = f"killed in call {skip + 1} of deliver, {'after' if after_commit else 'before'} its commit"
            assert sorted(texts_of(rig, hub)) == texts, f"{what}: a message was lost or doubled"

    @classmethod
    @asynccontextmanager
    async def _channel(cls) -> AsyncIterator[Rig]:
        async with cls.rig() as rig:
            yield rig


def texts_of(rig: Rig, hub: MemoryHub) -> list[str]:
    """What would be shown of everything stored, in order: the words that the customer or monitoring sent.

    A delivery that can't be read would be parked: it shows none.
    """
    texts = []
    for raw in hub.stored.values():
        with suppress(Unparseable):
            items = rig.plugin.parse(rig.handed_out(raw))
            texts += [_words(item) for item in items if isinstance(item, NewMessage | MonitoringAlert)]
    return [text.strip() for text in texts]


def _words(item: NewMessage | MonitoringAlert) -> str:
    return item.summary if isinstance(item, MonitoringAlert) else item.content.text or item.content.subject


def ids_of(hub: MemoryHub) -> list[str]:
    """The delivery ids, in the order in which they were stored."""
    return [delivery_id for _, delivery_id in hub.stored]
