"""What the stage learns from messages: exactly what they hold now, whatever is read twice, edited or taken back."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from channelhub.domain.inbound import Automatic, Content, DeletedMessage, Direction, EditedMessage, JourneyEvent
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.learning import Learning
from channelhub.rules.told import Topic
from channelhub.store import facts, learning, messages
from channelhub.store.database import Session
from channelhub.store.facts import MOST_JOURNEYS, MOST_TOLD
from tests.pipeline.workshop import Workshop, at, handle, identity_of, mail, words

ANN = "email:ann@example.com"
ANN_ID = identity_of(ANN)


async def learn(shop: Workshop, *, batch: int = 64) -> None:
    """Until the queue is empty."""
    book = replace(shop.book, zone=ZoneInfo("Europe/Kyiv"))
    stage = Learning(shop.store, book=lambda: book, written=Bell(), log=structlog.get_logger())
    while await stage.step(batch=batch):
        pass


async def told(shop: Workshop) -> list[tuple[Topic, str, int]]:
    async with shop.store.readers.read() as session:
        return [(one.fact.topic, one.fact.value, one.message_id) for one in await facts.told_of(session, [ANN_ID])]


async def test_what_a_customer_told_is_known_with_its_entry_and_whether_it_is_proven(shop: Workshop) -> None:
    form = words("f1", ANN, "Не працює", order_id="A-77", extra={"Місто": "Львів", "color": "red"})
    first = await shop.take("form", form)
    trusted = Sender(handles=(handle(ANN, Evidence.TRUSTED_ACCOUNT),))
    second = await shop.take("shop", words("s1", trusted, "мій телефон 067 111 22 33", minutes=1))
    await learn(shop)
    async with shop.store.readers.read() as session:
        found = await facts.told_of(session, [ANN_ID])

    assert [(one.fact.topic, one.fact.shown, one.message_id, one.is_verified) for one in found] == [
        (Topic.PHONE, "067 111 22 33", second, True),
        (Topic.CITY, "Львів", first, False),
        (Topic.ORDER, "A-77", first, False),
    ]


async def test_an_edit_replaces_what_was_told_and_a_deletion_takes_it_away(shop: Workshop) -> None:
    original = words("m1", ANN, "замовлення 11111")
    first = await shop.take("shop", original)
    await learn(shop)
    before = await told(shop)
    edited = replace(original, content=Content(text="замовлення 22222"))
    await shop.take("shop", EditedMessage(external_id="m1", revision=1, message=edited))
    await learn(shop)
    after = await told(shop)
    await shop.take("shop", DeletedMessage(external_id="m1", at=at(5)))
    await learn(shop)

    assert before == [(Topic.ORDER, "11111", first)]
    assert after == [(Topic.ORDER, "22222", first)]
    assert await told(shop) == []


async def test_what_is_asked_for_while_it_is_read_is_read_again(shop: Workshop) -> None:
    message_id = await shop.take("mail", mail("<m1>", ANN, "замовлення 11111"))
    async with shop.store.readers.read() as session:
        seen = await learning.waiting(session, limit=9)

    async def asked_again_then_done(session: Session) -> None:
        await learning.queue(session, [message_id])
        await learning.done(session, seen.items())

    await shop.store.writer.batch(asked_again_then_done)
    async with shop.store.readers.read() as session:
        left = await learning.waiting(session, limit=9)

    assert message_id in seen
    assert set(left) == {message_id}


async def test_promises_are_read_in_our_own_messages_only(shop: Workshop) -> None:
    ours = words("o1", ANN, "Передзвонимо до 18:00", minutes=5, direction=Direction.OUT)
    await shop.take("shop", words("i1", ANN, "Ми передзвонимо до 18:00"))
    await shop.take("shop", replace(ours, external_id="o2", automatic=Automatic(is_reply=True)))
    promised = await shop.take("shop", ours)
    await learn(shop)
    async with shop.store.readers.read() as session:
        (made,) = await facts.promises_of(session, [ANN_ID], limit=9)
        (habits,) = await learning.habits_of(session, [ANN_ID])

    assert (made.message_id, made.words) == (promised, "Передзвонимо до 18:00")
    assert made.due_us == to_us(at(0).replace(hour=16, minute=0))  # 18:00 in Kyiv
    assert habits.spoke_us == made.at_us == to_us(at(5))


async def test_habits_are_those_of_people_and_the_same_in_any_batches(shop: Workshop) -> None:
    for number in range(6):
        await shop.take("mail", mail(f"<m{number}>", ANN, minutes=number))
    await shop.take("shop", words("s1", ANN, minutes=70))
    await shop.take("mail", mail("<auto>", ANN, minutes=9, automatic=Automatic(is_bulk=True)))
    await learn(shop, batch=2)
    first = await shop.rows("SELECT * FROM habits")
    async with shop.store.readers.read() as session:
        ids = [int(row["id"]) for row in await shop.rows("SELECT id FROM messages")]
        (tally,) = await learning.habits_of(session, [ANN_ID])
    await shop.store.writer.batch(lambda session: learning.queue(session, ids))
    await learn(shop)

    assert tally.channels == {"email": 6, "api": 1}
    assert tally.hours == {9: 6, 10: 1}
    assert tally.wrote_us == to_us(at(70))
    assert await shop.rows("SELECT * FROM habits") == first


async def test_only_the_newest_of_an_identity_is_kept(shop: Workshop) -> None:
    for number in range(MOST_TOLD + 3):
        await shop.take("mail", mail(f"<m{number}>", ANN, f"замовлення 1000{number}", minutes=number))
    for number in range(MOST_JOURNEYS + 2):
        event = JourneyEvent(
            external_id=f"j{number}", sender=Sender(handles=(handle(ANN),)), name="order.placed",
            sent_at=at(number), attributes={"order_id": str(number)},
        )  # fmt: skip
        await shop.take("shop", event)
    await learn(shop)
    async with shop.store.readers.read() as session:
        places = await facts.journeys_of(session, [ANN_ID])

    assert [value for _, value, _ in await told(shop)] == [f"1000{number}" for number in range(MOST_TOLD + 2, 2, -1)]
    assert [one.order_id for one in places] == [str(number) for number in range(MOST_JOURNEYS + 1, 1, -1)]


async def test_a_message_that_is_gone_leaves_nothing(shop: Workshop) -> None:
    message_id = await shop.take("mail", mail("<m1>", ANN, "замовлення 11111"))
    await learn(shop)
    known = await told(shop)
    await shop.store.writer.batch(lambda session: messages.remove(session, message_id))
    await learn(shop)

    assert known == [(Topic.ORDER, "11111", message_id)]
    assert await told(shop) == []
