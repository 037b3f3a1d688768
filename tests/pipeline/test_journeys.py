"""Journey events are corrected by higher revisions, whatever the order in which they come."""

import itertools
from pathlib import Path

import pytest

from channelhub.domain.inbound import JourneyEvent
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.searching import search
from channelhub.pipeline.wire import Reading, Task
from channelhub.store.timeline import Entry
from tests.pipeline.workshop import Workshop, at, handle, workshop

ANN, BOB = "email:ann@example.com", "email:bob@example.com"


def event(revision: int, *, minutes: float, who: str = ANN, **attributes: str) -> JourneyEvent:
    return JourneyEvent(
        external_id="j1",
        revision=revision,
        sender=Sender(handles=(handle(who, Evidence.TRUSTED_ACCOUNT),)),
        name="order.placed" if revision < 7 else "order.cancelled",
        sent_at=at(minutes),
        attributes=attributes,
    )


REVISIONS = (event(0, minutes=1, sum="100"), event(5, minutes=1, sum="200"), event(9, minutes=-90, who=BOB, sum="300"))


async def entries(shop: Workshop, who: str) -> list[Entry]:
    return list((await shop.card_of(who)).entries)


@pytest.mark.parametrize("is_one_batch", [False, True])
async def test_the_highest_revision_holds_in_any_order_of_arrival(tmp_path: Path, is_one_batch: bool) -> None:
    shown = []
    for number, order in enumerate(itertools.permutations(REVISIONS)):
        async with workshop(tmp_path / str(number)) as shop:
            batch = [await shop.delivered("shop", one) for one in order]
            for some in [batch] if is_one_batch else [[one] for one in batch]:
                await shop.process(*some)
            (entry,) = await entries(shop, BOB)
            rest = await entries(shop, ANN)
            (stored,) = await shop.rows("SELECT revision, subject, extra, identity_id, at_us, marks FROM messages")
            async with shop.store.readers.read() as session:
                found = [len((await search(session, words)).items) for words in ("100", "200", "300")]
        shown.append((entry.subject, entry.preview, entry.at_us, entry.flags, rest, found, tuple(stored.values())))

    assert shown == [shown[0]] * len(shown)
    assert shown[0][:2] == ("order.cancelled", "sum=300")
    assert shown[0][3:6] == (("corrected",), [], [0, 0, 1])


async def test_the_same_revision_again_changes_nothing(shop: Workshop) -> None:
    await shop.take("shop", event(3, minutes=1, sum="100"))
    await shop.take("shop", event(3, minutes=5, sum="other"))
    (entry,) = await entries(shop, ANN)

    assert (entry.preview, entry.flags) == ("sum=100", ())
    assert len(await shop.events("message.edited")) == 0


async def test_a_correction_is_told_once_and_earlier_words_are_kept(shop: Workshop) -> None:
    for one in (REVISIONS[0], REVISIONS[1], REVISIONS[1], REVISIONS[0]):
        await shop.take("shop", one)
    (told,) = await shop.events("message.edited")
    texts = await shop.rows("SELECT text FROM message_texts ORDER BY revision")

    assert told.data["revision"] == 5
    assert [one["text"] for one in texts] == ["sum=100", "sum=200"]


async def test_late_events_stand_at_their_own_time(shop: Workshop) -> None:
    for n, minutes in enumerate((30, -60 * 24 * 400, 10)):
        await shop.take("shop", JourneyEvent(
            external_id=f"late-{n}", sender=Sender(handles=(handle(ANN, Evidence.TRUSTED_ACCOUNT),)),
            name="delivery.shipped", sent_at=at(minutes), attributes={"n": str(n)},
        ))  # fmt: skip

    assert [one.preview for one in await entries(shop, ANN)] == ["n=0", "n=2", "n=1"]


async def test_reading_a_corrected_event_again_changes_nothing(shop: Workshop) -> None:
    items = {(await shop.take("shop", one)) // 1024: one for one in (REVISIONS[1], REVISIONS[0], REVISIONS[2])}

    async def read(task: Task) -> Reading:
        return Reading(id=task.id, items=(items[abs(task.id)],), features=(None,))

    before = [await shop.rows(f"SELECT * FROM {table}") for table in ("messages", "message_texts", "timeline")]
    found = await Replay(shop.acting, read=read).page(is_dry_run=False, limit=100)
    after = [await shop.rows(f"SELECT * FROM {table}") for table in ("messages", "message_texts", "timeline")]

    assert (found.deliveries, list(found.changed)) == (3, [])
    assert after == before
