"""What trusted accounts say of customers: the newest word holds, links are kept with their evidence."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.inbound import CustomerProfile
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.wire import Reading, Task
from tests.pipeline.workshop import Workshop, at, handle, words, workshop

ANN, PHONE = "email:ann@example.com", "phone:+380501112233"


def told(minutes: float, *who: str, **facts: Any) -> CustomerProfile:
    handles = tuple(handle(one, Evidence.TRUSTED_ACCOUNT) for one in ("external:17", *who))
    name = facts.pop("name", "")
    return CustomerProfile(
        external_id=f"p{minutes}", sender=Sender(name=name, handles=handles), updated_at=at(minutes), **facts
    )


WORDS = (
    told(1, ANN, name="Ann", segment="new", language="en", attributes={"city": "Lviv", "plan": "free"}),
    told(5, PHONE, name="Hanna", segment="vip", attributes={"city": "Kyiv"}),
    told(3, ANN, segment="regular", language="uk", attributes={"city": "Dnipro"}),
)


@pytest.mark.parametrize("is_one_batch", [False, True])
async def test_the_newest_word_holds_in_any_order_of_arrival(tmp_path: Path, is_one_batch: bool) -> None:
    shown = []
    for number, order in enumerate(itertools.permutations(WORDS)):
        async with workshop(tmp_path / str(number)) as shop:
            batch = [await shop.delivered("shop", one) for one in order]
            for some in [batch] if is_one_batch else [[one] for one in batch]:
                await shop.process(*some)
            card = await shop.card_of(ANN)
            links = await shop.rows("SELECT evidence, at_us FROM links ORDER BY id")
        shown.append((card.name, card.language, card.segment, dict(card.attributes), len(card.identities), str(links)))

    assert shown == [shown[0]] * len(shown)
    assert shown[0][:5] == ("Hanna", "uk", "vip", {"city": "Kyiv"}, 3)
    assert shown[0][5].count("trusted-account") == 2


async def test_a_customer_told_of_is_the_one_who_wrote(shop: Workshop) -> None:
    await shop.take("mail", words("m1", ANN, "where is it?"))
    before = await shop.card_of(ANN)
    await shop.take("shop", told(5, ANN, segment="vip"))
    card = await shop.card_of("external:17", "shop")

    assert (before.segment, card.segment) == ("", "vip")
    assert [one.preview for one in card.entries if one.direction == "in"] == ["where is it?"]


async def test_each_account_has_a_word_of_its_own_and_the_newest_comes_first(shop: Workshop) -> None:
    await shop.take("shop", told(5, ANN, segment="vip", attributes={"city": "Kyiv", "shoe": "42"}))
    await shop.take("bot", told(6, ANN, attributes={"city": "Lviv"}))
    card = await shop.card_of(ANN)

    assert (card.segment, dict(card.attributes)) == ("vip", {"city": "Lviv", "shoe": "42"})


async def test_a_clock_that_runs_ahead_keeps_no_later_word_out(shop: Workshop) -> None:
    await shop.take("shop", told(60 * 24 * 365, name="Early", segment="ahead"))
    shop.clock = at(61)
    await shop.take("shop", told(60.5, name="Late", segment="right"))
    card = await shop.card_of("external:17", "shop")

    assert (card.name, card.segment) == ("Late", "right")


async def test_reading_it_again_changes_nothing(shop: Workshop) -> None:
    items = {(await shop.take("shop", one)) // 1024: one for one in WORDS}

    async def read(task: Task) -> Reading:
        return Reading(id=task.id, items=(items[abs(task.id)],), features=(None,))

    tables = ("profiles", "identities", "links", "timeline", "events")
    before = [await shop.rows(f"SELECT * FROM {table}") for table in tables]
    await Replay(shop.acting, read=read).page(is_dry_run=False, limit=100)

    assert [await shop.rows(f"SELECT * FROM {table}") for table in tables] == before
