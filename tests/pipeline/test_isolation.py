"""One bad message costs the others nothing: it is found, parked alone, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog

from channelhub.content.features import features
from channelhub.domain.inbound import Attachment, Content, DeletedMessage, Inbound, JourneyEvent, NewMessage, Unknown
from channelhub.domain.people import Sender
from channelhub.pipeline import stage as stages
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.stage import ProcessingStage
from channelhub.pipeline.wire import Reading, Task
from channelhub.sdk.errors import DiskFull, HubBusy
from channelhub.store import parking, timeline
from tests.pipeline.workshop import Workshop, handle, words

Read = Callable[[Task], Reading]


class Pool:
    """Stands for the parser children."""

    def __init__(self, read: Callable[[str], Sequence[Inbound] | str]) -> None:
        self._read = read

    async def read(self, task: Task) -> Reading:
        found = self._read(task.raw.delivery_id)
        if isinstance(found, str):
            return Reading(id=task.id, failure=found, detail="of a test")
        return Reading(id=task.id, items=tuple(found), features=tuple(_features(item) for item in found))


def _features(item: Inbound) -> Any:
    return features(subject="", text=item.content.text) if isinstance(item, NewMessage) else None


@asynccontextmanager
async def processing(
    shop: Workshop, read: Callable[[str], Sequence[Inbound] | str]
) -> AsyncIterator[asyncio.Task[None]]:
    stage = ProcessingStage(
        shop.store, Pool(read), book=lambda: shop.book, arrived=Bell(), processed=Bell(),  # type: ignore[arg-type]
        now=lambda: shop.clock, log=structlog.get_logger(),
    )  # fmt: skip
    task = asyncio.create_task(stage.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(shop: Workshop, task: "asyncio.Task[None]") -> None:
    """Wait until nothing is pending, or the stage ended."""
    async with asyncio.timeout(60):
        while await shop.rows("SELECT * FROM pending") and not task.done():
            await asyncio.sleep(0.005)


async def texts(shop: Workshop) -> list[str]:
    return [
        row["preview"] for row in await shop.rows("SELECT preview FROM timeline WHERE direction = 'in' ORDER BY id")
    ]


async def parked(shop: Workshop) -> dict[str, str]:
    return {row["delivery_id"]: row["reason"] for row in await shop.rows(
        "SELECT i.delivery_id, k.reason FROM parked AS k JOIN inbox AS i ON i.id = k.inbox_id"
    )}  # fmt: skip


def one_each(name: str) -> Sequence[Inbound]:
    return [words(name, f"email:{name}@example.com", name)]


async def test_a_delivery_that_cannot_be_decided_is_parked_alone(shop: Workshop) -> None:
    def read(name: str) -> Sequence[Inbound] | str:
        if name == "nobody":
            return [Unknown(external_id="u", shape="new thing")]
        if name == "naive":  # a time without a zone, as a careless parser gives it
            when = shop.clock.replace(tzinfo=None)
            return [
                JourneyEvent(
                    external_id="j", sender=Sender(handles=(handle("phone:0501112233"),)), name="x", sent_at=when
                )
            ]
        return "unparseable" if name == "unreadable" else one_each(name)

    names = ["a", "nobody", "b", "naive", "unreadable", "c"]
    for name in names:
        await shop.store_raw("shop", delivery_id=name)
    async with processing(shop, read) as task:
        await settled(shop, task)
    events = await shop.events("message.parked")

    assert await texts(shop) == ["a", "b", "c"]
    assert await parked(shop) == {"nobody": "unplaceable", "naive": "undecidable", "unreadable": "unparseable"}
    assert sorted(one.data["reason"] for one in events) == ["undecidable", "unparseable", "unplaceable"]


async def test_a_row_the_database_refuses_is_found_by_halving(shop: Workshop) -> None:
    def read(name: str) -> Sequence[Inbound]:
        if name == "m13":  # larger than any column can hold
            huge = Attachment(filename="x", content_type="x/y", size=1 << 70)
            return [words(name, "email:big@example.com", "huge", content=Content(text="huge", attachments=(huge,)))]
        return one_each(name)

    for number in range(24):
        await shop.store_raw("shop", delivery_id=f"m{number}")
    async with processing(shop, read) as task:
        await settled(shop, task)

    assert await parked(shop) == {"m13": "refused"}
    assert await texts(shop) == [f"m{number}" for number in range(24) if number != 13]


@pytest.mark.parametrize("refusal", [DiskFull("full"), HubBusy("locked")])
async def test_a_refused_commit_is_tried_again_and_parks_nothing_twice(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    monkeypatch.setattr(stages, "RETRY_S", 0.01)
    add, refused = timeline.add, []

    async def add_later(session: Any, entries: Any) -> None:
        if len(refused) < 3:
            refused.append(len(entries))
            raise refusal
        await add(session, entries)

    monkeypatch.setattr(timeline, "add", add_later)
    for name in ("a", "unreadable", "b"):
        await shop.store_raw("shop", delivery_id=name)
    async with processing(shop, lambda name: "unparseable" if name == "unreadable" else one_each(name)) as task:
        await settled(shop, task)

    assert len(refused) == 3
    assert await texts(shop) == ["a", "b"]
    assert [row["attempts"] for row in await shop.rows("SELECT attempts FROM parked")] == [1]
    assert len(await shop.events("message.parked")) == 1
    assert len(await shop.events("message.received")) == 2


async def test_a_stage_whose_writing_half_fails_ends_instead_of_hanging(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: Any, **values: Any) -> None:
        raise RuntimeError("a defect in parking itself")

    park = parking.park
    monkeypatch.setattr(parking, "park", broken)
    await shop.store_raw("shop", delivery_id="unreadable")
    async with processing(shop, lambda name: "unparseable") as task:
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(asyncio.shield(task), 60)
    monkeypatch.setattr(parking, "park", park)
    async with processing(shop, lambda name: "unparseable") as task:
        await settled(shop, task)

    assert await parked(shop) == {"unreadable": "unparseable"}


async def test_stopped_at_any_moment_and_started_again_nothing_is_lost_or_doubled(shop: Workshop) -> None:
    for number in range(60):
        await shop.store_raw("shop", delivery_id=f"m{number}")
    for wait_s in (0.0, 0.002, 0.005, 0.01, 0.02):
        async with processing(shop, one_each):
            await asyncio.sleep(wait_s)
    async with processing(shop, one_each) as task:
        await settled(shop, task)

    assert await texts(shop) == [f"m{number}" for number in range(60)]
    assert len(await shop.events("message.received")) == 60


async def test_a_parked_delivery_is_read_again_when_asked_and_leaves_the_list(shop: Workshop) -> None:
    inbox_id, _ = await shop.store_raw("shop", delivery_id="later")
    is_mended: list[bool] = []
    async with processing(shop, lambda name: one_each(name) if is_mended else "defect") as task:
        await settled(shop, task)
    before = await parked(shop)
    is_mended.append(True)
    await shop.store.writer.command(lambda session: parking.retry(session, inbox_id))
    async with processing(shop, lambda name: one_each(name) if is_mended else "defect") as task:
        await settled(shop, task)

    assert before == {"later": "defect"}
    assert await parked(shop) == {}
    assert await texts(shop) == ["later"]


async def test_a_deletion_alone_is_no_trouble(shop: Workshop) -> None:
    await shop.store_raw("bot", delivery_id="gone")
    async with processing(shop, lambda name: [DeletedMessage(external_id="never seen")]) as task:
        await settled(shop, task)

    assert await parked(shop) == {}
