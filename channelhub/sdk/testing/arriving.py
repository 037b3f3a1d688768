"""What arrives on a bad day: late, out of order, changed, unknown, damaged, too large, or with a trap in it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import ClassVar

import pytest

from channelhub.domain.inbound import DeletedMessage, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import HubBusy, Unparseable
from channelhub.sdk.testing.cases import Case, playing
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.receiving import TEXT, ids_of, texts_of
from channelhub.sdk.testing.rig import Rig
from channelhub.sdk.testing.supervised import Running, running
from channelhub.sdk.testing.trap import trap_host


class ArrivingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_messages_out_of_order_are_all_stored_once(self) -> None:
        texts = [f"{TEXT} {number}" for number in range(3)]
        async with playing(type(self).rig(), Case.REORDERED) as rig, MemoryHub() as hub:
            rig.list_backwards()
            hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
            async with running(rig, hub) as connector:
                keys = []
                for text in texts:
                    refused = hub.refusals
                    keys.append(await rig.customer_says(text))
                    await connector.until(partial(_is_refused_again, hub, refused), "each message is delivered")
                hub.accept()
                for key in reversed(keys):
                    await rig.redeliver(key)
                    await _taken(connector, rig, key, "a message that is older than another one already taken")

            assert sorted(texts_of(rig, hub)) == texts, "a message that came late was lost, or one was doubled"

    @pytest.mark.asyncio
    async def test_lost_acknowledgement_doubles_nothing(self) -> None:
        async with playing(type(self).rig(), Case.LOST_ACKNOWLEDGEMENT) as rig, MemoryHub() as hub:
            hub.hold(after_commit=True)
            async with running(rig, hub) as connector:
                key = await rig.customer_says(TEXT)
                await connector.until(lambda: hub.is_holding, "the connector delivers what the customer said")
                await rig.lose_acknowledgement()
                hub.accept()
                await rig.redeliver(key)
                await _taken(connector, rig, key, "a message whose first acknowledgement was lost")

            assert texts_of(rig, hub) == [TEXT]
            assert len(hub.stored) == 1, f"one message has several delivery ids: {ids_of(hub)}"

    @pytest.mark.asyncio
    async def test_unknown_event_is_stored_and_shown_once(self) -> None:
        async with playing(type(self).rig(), Case.UNKNOWN_EVENT) as rig, MemoryHub() as hub:
            shown = _shown(rig, await _keep(rig, hub, rig.unknown_event))

        assert shown, "nothing to show: an event that nobody knows was swallowed"
        assert not [item for item in shown if isinstance(item, NewMessage | EditedMessage)], (
            "an event that nobody knows became a customer's message: yield Unknown, or raise Unparseable"
        )

    @pytest.mark.asyncio
    async def test_damaged_event_is_stored_and_shown_once(self) -> None:
        async with playing(type(self).rig(), Case.DAMAGED_EVENT) as rig, MemoryHub() as hub:
            assert _shown(rig, await _keep(rig, hub, rig.damaged_event)), "nothing to show: it was swallowed"

    @pytest.mark.asyncio
    async def test_edit_is_a_later_version_of_the_same_message(self) -> None:
        texts = [f"{TEXT} {number}" for number in range(3)]
        async with playing(type(self).rig(), Case.EDIT) as rig, MemoryHub() as hub:
            said, rest = await _hear_twice(rig, hub, lambda: rig.write_and_correct(texts))

        edits = sorted((item for item in rest if isinstance(item, EditedMessage)), key=lambda edit: edit.revision)
        assert [item.content.text for item in said] == texts[:1], "the first version is the message, and stays"
        assert [edit.message.content.text for edit in edits] == texts[1:], (
            "each edit is a version of its own, the later one higher"
        )
        assert {edit.external_id for edit in edits} == {said[0].external_id}, "an edit names the message it changes"
        assert len({edit.revision for edit in edits}) == len(edits), "two edits have one revision"

    @pytest.mark.asyncio
    async def test_deletion_names_the_message_and_leaves_it(self) -> None:
        async with playing(type(self).rig(), Case.DELETION) as rig, MemoryHub() as hub:
            said, rest = await _hear_twice(rig, hub, lambda: rig.write_and_take_back(TEXT))

        assert [item.content.text for item in said] == [TEXT], "what was taken back stays as it was said"
        deleted = [item.external_id for item in rest if isinstance(item, DeletedMessage)]
        assert deleted == [said[0].external_id], "the deletion names the message"

    @pytest.mark.asyncio
    async def test_oversize_delivery_is_refused_or_cut_and_holds_up_nobody(self) -> None:
        async with playing(type(self).rig(), Case.OVERSIZE) as rig, MemoryHub() as hub:
            async with running(rig, hub) as connector:
                large = await rig.oversize()
                await connector.until(
                    lambda: large in rig.refused() | rig.acknowledged(), "the channel hears what becomes of it"
                )
                is_refused = large in rig.refused()
                assert bool(hub.stored) is not is_refused, "it is stored in part, or refused: one of both"
                sizes = [len(raw.body) for raw in hub.stored.values()]
                assert not sizes or max(sizes) < rig.oversize_bytes, "it was taken whole, however large"
                for raw in hub.stored.values():
                    assert _shown(rig, raw), "what was cut shows nothing"
                key = await rig.customer_says(TEXT)
                await _taken(connector, rig, key, "a message after an oversize one")

            assert TEXT in texts_of(rig, hub)

    @pytest.mark.asyncio
    async def test_addresses_in_a_message_are_not_followed(self) -> None:
        async with trap_host() as trap, playing(type(self).rig(), Case.LINK) as rig, MemoryHub() as hub:
            async with running(rig, hub) as connector:
                key = await rig.write_with_link(TEXT, trap.url)
                await _taken(connector, rig, key, "a message with an address in it")
                for raw in hub.stored.values():
                    _shown(rig, raw)
                await connector.never(lambda: trap.visits > 0, "a stranger's address was asked: it may lead anywhere")

            assert not trap.visits, "a stranger's address was asked: it may lead anywhere"


async def _keep(rig: Rig, hub: MemoryHub, hand_over: Callable[[], Awaitable[str]]) -> RawMessage:
    """Hand something strange over twice and an ordinary message after it; what is stored of the strange one."""
    async with running(rig, hub) as connector:
        key = await hand_over()
        await _taken(connector, rig, key, "what can't be understood (else it would be repeated for ever)")
        await rig.redeliver(key)
        await _taken(connector, rig, key, "its repetition")
        assert len(hub.stored) == 1, f"stored {len(hub.stored)} times: it is kept once, and alarms once"
        [strange] = hub.stored.values()
        ordinary = await rig.customer_says(TEXT)
        await _taken(connector, rig, ordinary, "an ordinary message after it")
    assert TEXT in texts_of(rig, hub)
    return strange


async def _hear_twice(
    rig: Rig, hub: MemoryHub, hand_over: Callable[[], Awaitable[Sequence[str]]]
) -> tuple[list[NewMessage], list[Inbound]]:
    """Deliver everything, then everything again; the messages, and what became of them, each once."""
    async with running(rig, hub) as connector:
        keys = await hand_over()
        for key in keys:
            await _taken(connector, rig, key, "each version")
        for key in keys:
            await rig.redeliver(key)
            await _taken(connector, rig, key, "each version's repetition")
    assert len(hub.stored) == len(keys), f"{len(keys)} deliveries are stored as {ids_of(hub)}"
    items = [item for raw in hub.stored.values() for item in rig.plugin.parse(rig.handed_out(raw))]
    said = [item for item in items if isinstance(item, NewMessage)]
    return said, [item for item in items if not isinstance(item, NewMessage)]


def _is_refused_again(hub: MemoryHub, refusals: int) -> bool:
    return hub.refusals > refusals


async def _taken(connector: Running, rig: Rig, key: str, what: str) -> None:
    await connector.until(lambda: key in rig.acknowledged(), f"{what} is acknowledged")


def _shown(rig: Rig, raw: RawMessage) -> Sequence[Inbound]:
    """What `parse` makes of a delivery, an Unknown for one that is parked."""
    try:
        return rig.plugin.parse(rig.handed_out(raw))
    except Unparseable as exc:
        return [Unknown(external_id=raw.delivery_id, shape=str(exc))]
