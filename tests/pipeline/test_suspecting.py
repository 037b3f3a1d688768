"""Who only says that they are somebody is marked, and stays a customer of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.domain.people import Evidence, Sender
from channelhub.rules.impersonation import FLAG, Pretence
from channelhub.store import users
from tests.pipeline.workshop import Workshop, at, handle, identity_of, mail, words, workshop

ANN = "email:ann@example.com"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


def sender(name: str, address: str, evidence: Evidence = Evidence.CLAIMED) -> Sender:
    return Sender(name=name, handles=(handle(address, evidence),))


async def flagged(shop: Workshop, identity: str) -> dict[int, bool]:
    """Which of an identity's messages are marked, by minute."""
    entries = (await shop.card_of(identity)).entries
    return {one.at_us // 60_000_000 % 60: FLAG in one.flags for one in entries if one.direction == "in"}


async def test_a_message_without_proof_from_a_proved_address_is_marked_whichever_came_first(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", sender("Ann", ANN), minutes=1))
    before = await flagged(shop, ANN)
    await shop.take("mail", mail("<m2>", sender("Ann", ANN, Evidence.DMARC), minutes=2))

    assert before == {1: False}
    assert await flagged(shop, ANN) == {1: True, 2: False}
    assert (await shop.card_of(ANN)).suspicions == []


@pytest.mark.parametrize(
    ("said", "is_marked"),
    [("", False), ("dmarc=none spf=none, checked here", False), ("dmarc=fail dkim=pass, as mx.example says", True)],
)
async def test_of_a_known_customers_unproved_mail_that_is_marked_whose_check_failed(
    shop: Workshop, said: str, is_marked: bool
) -> None:
    await shop.take("shop", words("a1", sender("Ann", ANN, Evidence.TRUSTED_ACCOUNT)))
    extra = {"authenticity": said} if said else {}
    await shop.take("mail", mail("<m1>", sender("Ann", ANN), minutes=1, extra=extra))
    await shop.take("form", words("f1", sender("Ann", ANN), minutes=2))

    assert await flagged(shop, ANN) == {0: False, 1: is_marked, 2: False}


async def test_a_known_customers_name_under_another_address_is_marked_with_that_customer(shop: Workshop) -> None:
    await shop.take("shop", words("a1", sender("Олена Шевчук", ANN, Evidence.TRUSTED_ACCOUNT)))
    await shop.take("mail", mail("<m1>", sender("Helen Shevchuk", "email:h@evil.example", Evidence.DMARC), minutes=1))
    (found,) = (await shop.card_of("email:h@evil.example")).suspicions

    assert (found.pretence, found.customer_id) == (Pretence.CUSTOMER, identity_of(ANN))
    assert await flagged(shop, "email:h@evil.example") == {1: True}
    assert await flagged(shop, ANN) == {0: False}
    assert (await shop.card_of(ANN)).customer_id != (await shop.card_of("email:h@evil.example")).customer_id


async def test_a_name_of_two_known_customers_is_only_common(shop: Workshop) -> None:
    for number in (1, 2):
        known = sender("Олена Шевчук", f"email:k{number}@example.com", Evidence.TRUSTED_ACCOUNT)
        await shop.take("shop", words(f"a{number}", known))
    await shop.take("mail", mail("<m1>", sender("Олена Шевчук", ANN)))

    assert (await shop.card_of(ANN)).suspicions == []


async def test_a_colleagues_name_and_a_foreign_address_in_a_name_are_marked(shop: Workshop) -> None:
    await shop.store.writer.command(
        lambda session: users.add(session, login="kate", name="Катерина Мельник", role="agent", password="", at=at(0))
    )
    await shop.take("mail", mail("<m1>", sender("Kateryna Melnyk", ANN), minutes=1))
    await shop.take("mail", mail("<m2>", sender("boss@shop.example (urgent)", "email:x@evil.example"), minutes=2))
    await shop.take("mail", mail("<m3>", sender("y@good.example", "email:y@good.example"), minutes=3))
    pretences = [
        [one.pretence for one in (await shop.card_of(address)).suspicions]
        for address in (ANN, "email:x@evil.example", "email:y@good.example")
    ]

    assert pretences == [[Pretence.COLLEAGUE], [Pretence.ADDRESS], []]
