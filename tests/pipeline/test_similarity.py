"""Messages like a message, kept up while others come in and rebuilt at start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from channelhub.pipeline.bell import Bell
from channelhub.pipeline.similarity import Similarity
from channelhub.rules.outage.similar import Similar
from channelhub.store import outages
from tests.pipeline.workshop import Workshop, words


@asynccontextmanager
async def following(shop: Workshop, processed: Bell) -> AsyncIterator[Similarity]:
    similarity = Similarity(shop.store, processed=processed)
    task = asyncio.create_task(similarity.run())
    yield similarity
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def alike(similarity: Similarity, message_id: int, *, count: int) -> list[Similar]:
    async with asyncio.timeout(60):
        while True:
            found = list(await similarity.nearest(message_id, limit=10))
            if len(found) >= count:
                return found
            await asyncio.sleep(0.01)


async def test_finds_the_likest_first_and_says_what_they_share(shop: Workshop) -> None:
    first = await shop.take("shop", words("1", "email:a@example.com", "the elevator in the north tower is stuck"))
    second = await shop.take("shop", words("2", "email:b@example.com", "north tower elevator stuck again"))
    await shop.take("shop", words("3", "email:c@example.com", "please send me an invoice for March"))
    third = await shop.take("shop", words("4", "email:d@example.com", "the elevator music is too loud"))

    async with following(shop, Bell()) as similarity:
        found = await alike(similarity, first, count=2)

    assert [one.id for one in found] == [second, third]
    assert found[0].score > found[1].score
    assert "elev" in " ".join(found[0].shared_terms)


async def test_takes_in_what_comes_later(shop: Workshop) -> None:
    processed = Bell()
    first = await shop.take("shop", words("1", "email:a@example.com", "the elevator is stuck"))
    async with following(shop, processed) as similarity:
        assert await similarity.nearest(first, limit=5) == []
        later = await shop.take("shop", words("2", "email:b@example.com", "elevator stuck"))
        processed.ring()
        found = await alike(similarity, first, count=1)

    assert [one.id for one in found] == [later]


async def test_a_damaged_row_is_left_out(shop: Workshop) -> None:
    first = await shop.take("shop", words("1", "email:a@example.com", "the elevator is stuck"))
    damaged = await shop.take("shop", words("2", "email:b@example.com", "the elevator is stuck too"))
    whole = await shop.take("shop", words("3", "email:c@example.com", "elevator stuck here"))
    await shop.store.writer.command(lambda session: outages.rewrite_features(session, damaged, 1, "{broken"))

    async with following(shop, Bell()) as similarity:
        found = await alike(similarity, first, count=1)
        nothing = await similarity.nearest(damaged, limit=5)

    assert [one.id for one in found] == [whole]
    assert list(nothing) == []


async def test_a_message_without_words_or_unknown_is_like_nothing(shop: Workshop) -> None:
    async with following(shop, Bell()) as similarity:
        assert list(await similarity.nearest(4711, limit=5)) == []
