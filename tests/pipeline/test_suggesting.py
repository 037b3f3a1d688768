"""Suggestions by what two identities have in common: what suggests, what doesn't, what ends it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.inbound import JourneyEvent, Thread
from channelhub.domain.people import Evidence, Sender, Suggestion
from channelhub.pipeline.commands import people
from channelhub.pipeline.commands.acting import NotFound
from channelhub.rules.clues import TOO_MANY, TOO_MANY_NAMED
from tests.pipeline.workshop import Workshop, at, handle, identity_of, mail, words, workshop

AGENT = "agent:olha"
ANN, HOME, TELEGRAM = "email:ann@example.com", "email:home@example.com", "telegram:77"
PHONE = "phone:+380501112233"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


def sender(name: str, *handles: str, evidence: Evidence = Evidence.CLAIMED) -> Sender:
    return Sender(name=name, handles=tuple(handle(one, evidence) for one in handles))


async def suggested(shop: Workshop, identity: str, account: str = "") -> list[Suggestion]:
    return list((await shop.card_of(identity, account)).suggestions)


def codes(one: Suggestion) -> list[str]:
    return [f"{clue.kind} {clue.how}" for clue in one.clues]


async def test_the_number_of_one_order_suggests_whoever_gave_it(shop: Workshop) -> None:
    paid = JourneyEvent(
        external_id="j1", sender=sender("", ANN, evidence=Evidence.TRUSTED_ACCOUNT), name="payment.succeeded",
        sent_at=at(1), attributes={"order_id": "ORD-2291"},
    )  # fmt: skip
    await shop.take("shop", paid)
    await shop.take("bot", words("t1", sender("Ann", TELEGRAM), "де замовлення №ord2291?", minutes=2))
    (found,) = await suggested(shop, ANN)
    (mirrored,) = await suggested(shop, TELEGRAM, "bot")

    assert codes(found) == ["order shared"]
    assert (found.id, found.score, found.reason) == (mirrored.id, 0.5, "both gave the number of one order")
    assert {found.left_id, found.right_id} == {identity_of(ANN), identity_of(TELEGRAM, "bot")}


async def test_names_weigh_beside_a_clue_in_any_language_and_suggest_nobody_alone(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", sender("Олександр Шевченко", "email:oleksandr.shevchenko@ukr.net")))
    await shop.take("mail", mail("<m2>", sender("Alexander Shevchenko", "email:shevchenko_oleksandr@gmail.com")))
    await shop.take("mail", mail("<m3>", sender("Александр Шевченко", "email:xyz@example.com")))
    (found,) = await suggested(shop, "email:oleksandr.shevchenko@ukr.net")

    assert codes(found) == ["address shared", "name same"]
    assert found.score == 0.55
    assert await suggested(shop, "email:xyz@example.com") == []


async def test_another_name_speaks_against_and_only_what_was_given_as_own_stays(shop: Workshop) -> None:
    await shop.take("bot", words("t1", sender("Іван Бойко", TELEGRAM), "замовлення 889911"))
    await shop.take("mail", mail("<m1>", sender("Ольга Ткач", HOME), "замовлення 889911"))
    nothing = await suggested(shop, HOME)
    contact = sender("Іван Бойко", TELEGRAM, PHONE, evidence=Evidence.CHANNEL_CONTACT)
    await shop.take("bot", words("t2", contact, "ось номер"))
    await shop.take("form", words("f1", sender("Ольга Ткач", HOME, PHONE)))
    (found,) = await suggested(shop, HOME)

    assert nothing == []
    assert codes(found) == ["phone claimed", "order shared", "name different"]
    assert found.score == 0.3


async def test_a_phone_written_in_words_suggests_its_owner_whoever_came_first(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", HOME, "передзвоніть на 050 111-22-33"))
    before = await suggested(shop, HOME)
    await shop.take("shop", words("a1", sender("", ANN, PHONE, evidence=Evidence.TRUSTED_ACCOUNT)))
    (found,) = await suggested(shop, HOME)

    assert before == []
    assert codes(found) == ["phone shared"]
    assert {found.left_id, found.right_id} == {identity_of(HOME), identity_of(PHONE)}


async def test_one_browser_suggests_and_is_no_address(shop: Workshop) -> None:
    for number, place in enumerate(("webchat:c.1", "webchat:v.2")):
        await shop.take("site", words(f"w{number}", sender("", place, "device:b1"), thread=Thread(key=place)))
    (found,) = await suggested(shop, "webchat:c.1", "site")

    assert codes(found) == ["device shared"]
    assert [one["kind"] for one in await shop.rows("SELECT kind FROM identities")] == ["webchat", "webchat"]


async def test_what_too_many_gave_suggests_nobody_any_more(shop: Workshop) -> None:
    for number in range(TOO_MANY - 1):
        await shop.take("mail", mail(f"<m{number}>", f"email:p{number}@example.com", "order number 556677"))
    few = len(await suggested(shop, "email:p0@example.com"))
    await shop.take("mail", mail("<last>", "email:last@example.com", "order number 556677"))

    assert few == TOO_MANY - 2
    assert await suggested(shop, "email:p0@example.com") == await suggested(shop, "email:last@example.com") == []


async def test_who_mentions_many_speaks_for_others(shop: Workshop) -> None:
    await shop.take("mail", mail("<m0>", ANN, "мій номер 050 111-22-33"))
    for number in range(TOO_MANY_NAMED):
        await shop.take("mail", mail(f"<c{number}>", HOME, f"зателефонуйте 050 111-22-3{number}"))

    assert await suggested(shop, ANN) == await suggested(shop, HOME) == []


async def test_machines_spam_and_our_own_addresses_give_nothing_away(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", ANN, "order number 556677, support@shop.example"))
    await shop.take("mail", mail("<m2>", HOME, "order number 556677", spam_score=0.99))
    await shop.take("mail", mail("<m3>", "email:third@example.com", "write to support@shop.example"))

    assert await suggested(shop, ANN) == []


async def test_a_suggestion_of_clues_is_accepted_taken_back_and_rejected_for_good(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", ANN, "order number 556677"))
    await shop.take("mail", mail("<m2>", HOME, "order number 556677", minutes=1))
    (found,) = await suggested(shop, ANN)
    customer = (await shop.card_of(ANN)).customer_id
    with pytest.raises(NotFound):
        await people.accept(shop.acting, AGENT, found.id)
    link_id = await people.accept(shop.acting, AGENT, found.id, customer_id=customer)
    joined = (await shop.card_of(HOME)).customer_id == customer
    undone = await people.unlink(shop.acting, AGENT, link_id)
    again = await suggested(shop, ANN)
    await people.reject(shop.acting, AGENT, found.id, customer_id=customer)
    await shop.take("mail", mail("<m3>", ANN, "order number 889900"))
    await shop.take("mail", mail("<m4>", HOME, "order number 889900"))

    assert joined
    assert undone.reopened == found.id
    assert again == [found]
    assert await suggested(shop, ANN) == await suggested(shop, HOME) == []
    with pytest.raises(NotFound):
        await people.accept(shop.acting, AGENT, found.id, customer_id=customer)


async def test_who_is_entered_twice_is_suggested_and_a_family_is_not(shop: Workshop) -> None:
    for number, name in enumerate(("Ірина Бойко", "Irina Boyko", "Олег Бойко")):
        known = sender(name, f"external:crm-{number}", PHONE, evidence=Evidence.TRUSTED_ACCOUNT)
        await shop.take("shop", words(f"a{number}", known, minutes=number))
    customers = {(await shop.card_of(f"external:crm-{number}", "shop")).customer_id for number in range(3)}
    (twice,) = await suggested(shop, "external:crm-1", "shop")

    assert len(customers) == 3
    assert codes(twice) == ["phone proved", "name same"]
    assert await suggested(shop, "external:crm-2", "shop") == []


async def test_what_is_claimed_after_an_acceptance_was_taken_back_is_a_claim(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", ANN, "order number 556677"))
    await shop.take("mail", mail("<m2>", HOME, "order number 556677", minutes=1))
    (found,) = await suggested(shop, ANN)
    customer = (await shop.card_of(ANN)).customer_id
    link_id = await people.accept(shop.acting, AGENT, found.id, customer_id=customer)
    await people.unlink(shop.acting, AGENT, link_id)
    await shop.take("form", words("f1", sender("", ANN, HOME), minutes=9))
    (claimed,) = await suggested(shop, ANN)

    assert claimed.id == found.id
    assert codes(claimed) == ["email claimed", "order shared"]


async def test_a_rejection_holds_for_all_addresses_of_the_two(shop: Workshop) -> None:
    both = sender("", ANN, PHONE, evidence=Evidence.TRUSTED_ACCOUNT)
    await shop.take("shop", words("a1", both, "order number 556677"))
    await shop.take("mail", mail("<m2>", HOME, "order number 556677"))
    (found,) = await suggested(shop, HOME)
    customer = (await shop.card_of(HOME)).customer_id
    await people.reject(shop.acting, AGENT, found.id, customer_id=customer)
    shop.clock += timedelta(days=2)
    await shop.take("mail", mail("<m3>", HOME, "мій номер 050 111 22 33"))

    assert await suggested(shop, HOME) == await suggested(shop, PHONE) == []
