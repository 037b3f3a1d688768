"""An agent writes first: by mail to anybody, elsewhere to nobody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.outbound import OutboxState
from channelhub.domain.people import Evidence
from channelhub.pipeline.commands.acting import CommandRefused, Invalid
from channelhub.pipeline.commands.beginning import Begun, begin
from channelhub.store import audit, outbox
from channelhub.store.outbox import OutboxItem
from tests.pipeline.workshop import BOOK, Workshop, mail, words, workshop

AGENT = "agent:Olha"
ONE_MAIL = replace(BOOK, accounts={name: one for name, one in BOOK.accounts.items() if name != "mail2"})


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        made.book = replace(ONE_MAIL, is_acknowledging=False)
        yield made


async def begun(shop: Workshop, to: str = "email:new@example.com", **more: str) -> Begun:
    return await begin(shop.acting, AGENT, to, "Parcel 7", "It is here.", **more)  # type: ignore[arg-type]


async def queued(shop: Workshop) -> list[OutboxItem]:
    async with shop.store.readers.read() as session:
        return await outbox.in_state(session, OutboxState.QUEUED)


async def test_a_stranger_gets_a_mail_a_card_and_a_conversation(shop: Workshop) -> None:
    made = await begun(shop, "email:New@Example.com")
    [item] = await queued(shop)
    card = await shop.card_of("email:new@example.com")
    async with shop.store.readers.read() as session:
        [line] = await audit.page(session, audit.Wanted(), before=1 << 62, limit=10)

    assert (item.account, item.payload.to, item.payload.subject) == ("mail", "New@Example.com", "Parcel 7")
    assert (item.message_id, item.conversation_id) == (made.message_id, made.conversation_id)
    assert (item.payload.in_reply_to, item.payload.is_automatic) == ("", False)
    assert [(entry.id, entry.direction, entry.preview) for entry in card.entries] == [
        (made.message_id, "out", "It is here.")
    ]
    assert (line.actor, line.action, line.target) == (AGENT, "conversation.begin", str(made.conversation_id))


async def test_what_is_answered_comes_into_the_conversation(shop: Workshop) -> None:
    made = await begun(shop)
    [item] = await queued(shop)
    thread = Thread(message_id="<2@x>", in_reply_to=item.payload.message_id)
    await shop.take("mail", mail("<2@x>", "email:new@example.com", "Thanks", thread=thread))
    card = await shop.card_of("email:new@example.com")

    assert {entry.conversation_id for entry in card.entries if entry.type == "message"} == {made.conversation_id}


async def test_who_is_known_stays_who_they_are_and_gets_a_conversation_of_its_own(shop: Workshop) -> None:
    await shop.take("mail", mail("<1@x>", "email:new@example.com", "Where is my parcel?"))
    before = await shop.card_of("email:new@example.com")
    made = await begun(shop)
    after = await shop.card_of("email:new@example.com")

    assert before.identities == after.identities
    assert made.conversation_id not in {entry.conversation_id for entry in before.entries}


async def test_the_same_key_writes_once_to_an_address(shop: Workshop) -> None:
    first = await begun(shop, idempotency_key="k")
    again = await begun(shop, idempotency_key="k")
    other = await begun(shop, "email:other@example.com", idempotency_key="k")

    assert first == again
    assert other.conversation_id != first.conversation_id
    assert len(await queued(shop)) == 2


@pytest.mark.parametrize(
    ("to", "account", "error", "told"),
    [
        ("telegram:7391", "", CommandRefused, "only mail can be written first"),
        ("phone:+380671112233", "", CommandRefused, "only mail can be written first"),
        ("new@example.com", "", Invalid, "kind:value"),
        ("email:nobody", "", Invalid, "address"),
        ("email:support@shop.example", "", Invalid, "no address of a customer"),
        ("email:new@example.com", "bot", CommandRefused, "these can: mail"),
        ("email:new@example.com", "shop", CommandRefused, "these can: mail"),
    ],
)
async def test_what_cannot_be_begun_says_why(
    shop: Workshop, to: str, account: str, error: type[Exception], told: str
) -> None:
    await shop.take("bot", words("t1", "telegram:7391", "Hello", thread=Thread(key="7391")))
    with pytest.raises(error, match=told):
        await begun(shop, to, account=account)

    assert await queued(shop) == []


async def test_several_mail_accounts_have_to_be_told_apart(shop: Workshop) -> None:
    shop.book = BOOK
    with pytest.raises(Invalid, match="mail, mail2"):
        await begun(shop)
    await begun(shop, account="mail2")

    assert [one.account for one in await queued(shop)] == ["mail2"]


async def test_a_strangers_address_is_only_claimed(shop: Workshop) -> None:
    await begun(shop)
    card = await shop.card_of("email:new@example.com")

    assert [one.evidence for one in card.identities] == [Evidence.CLAIMED]
