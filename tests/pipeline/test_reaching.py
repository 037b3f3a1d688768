"""A customer who blocked an account is sent nothing by it, and everybody sees why, until they let it in again."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import Inbound, Reachability, Thread
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import replies
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.reaching import obstacle
from tests.examples import examples
from tests.pipeline.workshop import Workshop, at, handle, identity_of, words, workshop

AGENT = "agent:Olha"
OLENA = Sender(name="Олена", handles=(handle("telegram:77", Evidence.CHANNEL_ID),))
CHAT = Thread(key="77")


def told(number: int, *, is_reachable: bool, minutes: float) -> Reachability:
    return Reachability(
        external_id=f"update:{number}", sender=OLENA, is_reachable=is_reachable, place=number, sent_at=at(minutes)
    )


def said(number: int, minutes: float) -> Inbound:
    return words(f"77:{number}", OLENA, "Де замовлення?", minutes=minutes, thread=CHAT)


async def is_lost(shop: Workshop, account: str = "bot") -> bool:
    async with shop.store.readers.read() as session:
        return bool(await obstacle(session, identity_of("telegram:77", "bot"), account))


async def test_reply_to_who_blocked_us_is_refused_in_a_sentence_and_nothing_is_queued(shop: Workshop) -> None:
    await shop.take("bot", said(1, 1))
    await shop.take("bot", told(2, is_reachable=False, minutes=2))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    before = await shop.rows("SELECT id FROM outbox")
    with pytest.raises(CommandRefused, match="blocked bot on 2026-03-02 09:02 UTC"):
        await replies.reply(shop.acting, AGENT, conversation["id"], "Вже їде")

    assert await shop.rows("SELECT id FROM outbox") == before


async def test_card_shows_the_block_and_its_time(shop: Workshop) -> None:
    await shop.take("bot", said(1, 1))
    await shop.take("bot", told(2, is_reachable=False, minutes=2))
    card = await shop.card_of("telegram:77", "bot")

    assert [(one.account, one.is_reachable) for one in card.lost] == [("bot", False)]
    assert [one.preview for one in card.entries if one.type == "reach"] == ["blocked us: nothing can be sent to them"]


async def test_only_the_account_that_was_blocked_is_out_of_reach(shop: Workshop) -> None:
    await shop.take("bot", told(2, is_reachable=False, minutes=2))

    assert await is_lost(shop)
    assert not await is_lost(shop, "another-bot")


@pytest.mark.parametrize("back", [told(3, is_reachable=True, minutes=3), said(3, 3)])
async def test_unblocking_or_writing_ends_it(shop: Workshop, back: Inbound) -> None:
    await shop.take("bot", told(2, is_reachable=False, minutes=2))
    await shop.take("bot", back)

    assert not await is_lost(shop)


async def test_writing_in_the_batch_of_the_block_ends_it(shop: Workshop) -> None:
    await shop.process(
        await shop.delivered("bot", told(2, is_reachable=False, minutes=2)), await shop.delivered("bot", said(3, 3))
    )

    assert not await is_lost(shop)


async def test_message_of_before_the_block_proves_nothing(shop: Workshop) -> None:
    await shop.take("bot", told(2, is_reachable=False, minutes=2))
    await shop.take("bot", said(1, 1))

    assert await is_lost(shop)


CHANGES: Sequence[Reachability] = (
    told(1, is_reachable=False, minutes=1),
    told(2, is_reachable=True, minutes=2),
    told(3, is_reachable=False, minutes=3),
    told(4, is_reachable=True, minutes=3),
    told(5, is_reachable=False, minutes=3),
)


@given(order=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=8))
@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_the_latest_word_holds_whatever_comes_first(
    tmp_path_factory: pytest.TempPathFactory, order: list[Reachability]
) -> None:
    async with workshop(tmp_path_factory.mktemp("any-order")) as shop:
        for one in order:
            await shop.take("bot", one)
        latest = max(order, key=lambda one: (one.sent_at or at(0), one.place))

        assert await is_lost(shop) is not latest.is_reachable
