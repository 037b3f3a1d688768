"""What explains an outage: decisions in order, customers' words, the traffic around it."""

from dataclasses import replace

from channelhub.rules.outage.reasons import ByPerson, Grew
from channelhub.store import message_texts, messages, outage_decisions, outage_words, traffic
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.opening import Store
from channelhub.store.outage_decisions import Decided
from tests.store.test_messages import message

GREW = Decided(outage_id=7, at_us=20, decision="grown", reasons=(Grew(customers=9, channels=2),), customers=9)
CONFIRMED = Decided(outage_id=7, at_us=30, decision="confirm", reasons=(ByPerson(action="confirm"),), actor="agent:k")


async def test_decisions_come_back_in_order_and_once(store: Store) -> None:
    async def write(session: Session) -> None:
        await outage_decisions.add(session, [CONFIRMED, GREW])
        await outage_decisions.add(session, [replace(GREW, customers=1), replace(GREW, outage_id=8)])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        every = await outage_decisions.of_outage(session, 7)
        newest = await outage_decisions.of_outage(session, 7, limit=1)

    assert every == [GREW, CONFIRMED]
    assert newest == [CONFIRMED]


async def test_the_first_word_of_a_term_stays(store: Store) -> None:
    async def write(session: Session) -> None:
        await outage_words.add(session, 7, {"оплат": "оплата", "#pay": "оплата"})
        await outage_words.add(session, 7, {"оплат": "оплату", "карт": "карта"})
        await outage_words.add(session, 8, {"elev": "elevator"})

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await outage_words.of_outages(session, [7, 9])

    assert found == {7: {"оплат": "оплата", "#pay": "оплата", "карт": "карта"}}


async def test_openings_are_the_newest_words_and_bounded(store: Store) -> None:
    def version(version_id: int, message_id: int, revision: int, text: str, own: str | None) -> Version:
        return Version(
            id=version_id, message_id=message_id, revision=revision, at_us=1, inbox_id=1, subject="s" * 500,
            text=text, reply_text=own, html="",
        )  # fmt: skip

    async def write(session: Session) -> None:
        await messages.add(session, [replace(message(1024, "k1"), revision=2), message(2048, "k2")])
        texts = [version(1, 1024, 0, "old", None), version(2, 1024, 2, "new\n> quoted", "new")]
        await message_texts.add(session, [*texts, version(3, 2048, 0, "x" * 5000, None)])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await outage_words.openings(session, [2048, 1024, 4096])

    assert [(one.message_id, one.text[:10], len(one.text)) for one in found] == [
        (1024, "new", 3),
        (2048, "x" * 10, 600),
    ]
    assert {len(one.subject) for one in found} == {200}


async def test_traffic_adds_up_by_the_minute(store: Store) -> None:
    async def write(session: Session) -> None:
        await traffic.add(session, {60: 2, 120: 1})
        await traffic.add(session, {120: 4})

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await traffic.between(session, 60, 180), await traffic.between(session, 61, 120)

    assert found == ({60: 2, 120: 5}, {})
