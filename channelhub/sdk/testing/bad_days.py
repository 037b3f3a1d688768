"""The vendor's bad days while it is asked: waited out, told as what they are, nothing lost or doubled."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import ClassVar

import pytest

from channelhub.sdk.contract import Health
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import supervised
from channelhub.sdk.testing.cases import Case, playing
from channelhub.sdk.testing.faults import BadDay, Fault
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.receiving import TEXT, texts_of
from channelhub.sdk.testing.rig import Rig
from channelhub.sdk.testing.supervised import running
from channelhub.sdk.testing.vendor import RETRY_AFTER_S

SEEDS = (1, 2)
MESSAGES = 20


class AskingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_asking_waits_as_long_as_a_rate_limit_says(self) -> None:
        [failure, *_] = await self._waits_out(Case.ASK_RATE_LIMITED, Fault.RATE_LIMITED)

        told_s = failure.retry_after_s if isinstance(failure, Unavailable) else None
        assert told_s is not None, "Retry-After isn't passed on: give it to Unavailable(retry_after_s=…)"
        assert told_s >= RETRY_AFTER_S, f"the vendor asks for {RETRY_AFTER_S} s, and we come again after {told_s:g}"

    @pytest.mark.asyncio
    async def test_asking_outlives_a_server_error(self) -> None:
        await self._waits_out(Case.ASK_SERVER_ERROR, Fault.SERVER_ERROR)

    @pytest.mark.asyncio
    async def test_asking_ends_when_no_answer_comes(self) -> None:
        await self._waits_out(Case.ASK_HANGS, Fault.HANGS)

    @pytest.mark.asyncio
    async def test_asking_outlives_a_truncated_answer(self) -> None:
        await self._waits_out(Case.ASK_TRUNCATED, Fault.TRUNCATED)

    @pytest.mark.asyncio
    async def test_asking_outlives_a_page_instead_of_an_answer(self) -> None:
        await self._waits_out(Case.ASK_HTML, Fault.HTML_OK)

    @pytest.mark.asyncio
    async def test_asking_outlives_a_reset_connection(self) -> None:
        await self._waits_out(Case.ASK_RESET, Fault.RESET_BEFORE)

    @pytest.mark.asyncio
    async def test_asking_trusts_no_unknown_certificate(self) -> None:
        """The connector is built anew once the certificate is right: its address is another one then."""
        async with playing(type(self).rig(), Case.ASK_UNTRUSTED) as rig, MemoryHub() as hub:
            await rig.befall(Fault.UNTRUSTED)
            async with running(rig, hub) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: bool(connector.failures), "the connector says that it can't ask")
                assert not hub.stored, "messages were taken from a server that isn't the vendor's"
                await connector.kill()
                await rig.befall(None)
                await connector.restart()
                await connector.until(lambda: key in rig.acknowledged(), "taken once the certificate is right")

            assert texts_of(rig, hub) == [TEXT]

    @pytest.mark.asyncio
    async def test_bad_day_loses_nothing_and_doubles_nothing(self) -> None:
        for seed in SEEDS:
            async with playing(type(self).rig(), Case.ASK_BAD_DAY) as rig, MemoryHub() as hub:
                await rig.have(BadDay(seed=seed, share=0.5))
                texts = [f"{TEXT} {number:02}" for number in range(MESSAGES)]
                async with running(rig, hub) as connector:
                    keys: set[str] = set()
                    for text in texts:
                        keys.add(await rig.customer_says(text))
                        await connector.until(partial(_are_stored, hub, keys), "each comes through in the end")
                    await rig.have(None)
                    await connector.until(partial(_are_taken, rig, keys), "all are taken once the day is over")

                assert sorted(texts_of(rig, hub)) == texts, f"lost or doubled on the bad day of seed {seed}"

    @pytest.mark.asyncio
    async def test_check_tells_that_the_vendor_fails(self) -> None:
        await self._is_told(Case.ASK_SERVER_ERROR, Fault.SERVER_ERROR)

    @pytest.mark.asyncio
    async def test_check_ends_when_no_answer_comes(self) -> None:
        await self._is_told(Case.ASK_HANGS, Fault.HANGS)

    async def _is_told(self, case: Case, fault: Fault) -> None:
        """The probe says in a sentence that the channel is down: no error of its own, and no word of credentials."""
        async with playing(type(self).rig(), case) as rig, MemoryHub() as hub:
            await rig.befall(fault)
            connector = await rig.build(hub)
            async with asyncio.timeout(supervised.DEADLINE_S):
                report = await connector.check()

            assert report.health is Health.DOWN, f"check() says {report.health} on a bad day: {fault}"
            assert report.detail, "check() has no sentence for the administrator"
            assert not [secret for secret in rig.secrets if secret in report.detail], "check() shows a secret"

    async def _waits_out(self, case: Case, fault: Fault) -> list[Exception]:
        """What `run` raised in the meantime: Unavailable, or the test has failed."""
        async with playing(type(self).rig(), case) as rig, MemoryHub() as hub:
            await rig.befall(fault)
            async with running(rig, hub) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: bool(connector.failures), f"it notices that the vendor fails: {fault}")
                failures = list(connector.failures)
                await rig.befall(None)
                await connector.until(lambda: key in rig.acknowledged(), "taken once the vendor is well again")

            assert texts_of(rig, hub) == [TEXT]
            assert len(hub.stored) == 1, "the message has several delivery ids"
            return failures


def _are_stored(hub: MemoryHub, keys: set[str]) -> bool:
    return len(hub.stored) >= len(keys)


def _are_taken(rig: Rig, keys: set[str]) -> bool:
    return keys <= rig.acknowledged()
