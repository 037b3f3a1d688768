"""Whoever isn't the channel is refused before anything is stored: 401."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import ClassVar

import pytest

from channelhub.sdk.testing.cases import Case, playing
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.receiving import TEXT, texts_of
from channelhub.sdk.testing.rig import Proof, Rig
from channelhub.sdk.testing.supervised import running

UNAUTHORIZED = 401


class ProvingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_delivery_without_proof_is_refused(self) -> None:
        await self._refuses(Case.MISSING_PROOF, Proof.MISSING)

    @pytest.mark.asyncio
    async def test_forged_delivery_is_refused(self) -> None:
        await self._refuses(Case.FALSE_PROOF, Proof.FALSE)

    @pytest.mark.asyncio
    async def test_proof_of_other_bytes_is_refused(self) -> None:
        await self._refuses(Case.STOLEN_PROOF, Proof.STOLEN)

    @pytest.mark.asyncio
    async def test_replayed_delivery_is_refused(self) -> None:
        await self._refuses(Case.OLD_PROOF, Proof.OLD)

    async def _refuses(self, case: Case, proof: Proof) -> None:
        async with playing(type(self).rig(), case) as rig, MemoryHub() as hub:
            async with running(rig, hub) as connector:
                status = await rig.knock(proof)
                assert not [call for call in hub.calls if call.raws], f"delivered although it came with {proof.value}"
                assert status == UNAUTHORIZED, f"answered {status} to a delivery with {proof.value}"
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: key in rig.acknowledged(), "a genuine delivery is taken after it")

            assert texts_of(rig, hub) == [TEXT]
