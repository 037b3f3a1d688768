"""An answer that became several messages is found by the name of each, and is what its parts are."""

from typing import Any

import pytest

from channelhub.domain.inbound import DeliveryStatus
from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.outbound import SentParts
from channelhub.store import sent_parts
from channelhub.store.delivery_reports import MOST_KEPT
from channelhub.store.outbox import OutboxItem
from tests.pipeline.test_channel_reports import ANN, OLENA, SENT_ID, answered, state_of
from tests.pipeline.workshop import Workshop

PARTS = (SENT_ID, "6017250912385541302", "6017250912385541303")
FIRST, SECOND, LAST = PARTS


async def answered_in_parts(shop: Workshop, parts: SentParts | None = None, *, state: S = S.SENT) -> OutboxItem:
    item = await answered(shop, state=state)
    told = parts or SentParts(names=PARTS, total=3)
    await shop.store.writer.command(lambda session: sent_parts.save(session, item, told))
    return item


def told(status: str, part: str, **changes: Any) -> DeliveryStatus:
    said = {"external_id": f"{status}:{part}", "about": (), "sent_id": part, "sent_to": OLENA}
    return DeliveryStatus(**{**said, **changes}, status=status)


async def shown(shop: Workshop) -> list[tuple[str, str]]:
    """The reports beside the message, the newest first."""
    entries = (await shop.card_of("telegram:77", "bot")).entries
    return [(one.state, one.preview) for one in entries if one.type == "delivery"]


async def test_a_later_part_that_failed_makes_the_answer_failed_and_says_which(shop: Workshop) -> None:
    item = await answered_in_parts(shop)
    await shop.take("bot", told("read", LAST))
    await shop.take("bot", told("failed", SECOND, detail="file refused"))

    assert await state_of(shop, item) is S.FAILED
    assert (await shown(shop))[0] == ("failed", "part 2 of 3: file refused")
    assert (await shop.rows("SELECT error FROM outbox")) == [{"error": "part 2 of 3: file refused"}]


async def test_answer_is_delivered_with_its_last_part_and_told_once(shop: Workshop) -> None:
    item = await answered_in_parts(shop)
    await shop.take("bot", told("delivered", FIRST), told("delivered", SECOND))
    assert await state_of(shop, item) is S.SENT
    await shop.take("bot", told("delivered", LAST))

    assert await state_of(shop, item) is S.DELIVERED
    assert await shown(shop) == [("delivered", "")]
    assert len(await shop.events("message.status")) == 1


async def test_reports_of_one_batch_are_counted_together_and_again_change_nothing(shop: Workshop) -> None:
    item = await answered_in_parts(shop)
    reports = [told("failed", FIRST), told("delivered", LAST), told("read", FIRST), told("failed", FIRST)]
    await shop.take("bot", *reports)
    await shop.take("bot", *reports)

    assert await state_of(shop, item) is S.DELIVERED
    assert len(await shop.rows("SELECT report_key FROM delivery_reports")) == 3


@pytest.mark.parametrize("changes", [{"sent_to": ANN}, {"sent_to": None}])
async def test_part_of_another_person_s_answer_is_not_found(shop: Workshop, changes: dict[str, Any]) -> None:
    item = await answered_in_parts(shop)
    await shop.take("bot", told("failed", SECOND, **changes))
    await shop.take("shop", told("failed", SECOND))

    assert await state_of(shop, item) is S.SENT


async def test_echo_of_a_part_does_not_settle_an_answer_of_which_parts_are_missing(shop: Workshop) -> None:
    item = await answered_in_parts(shop, SentParts(names=(FIRST,), total=2), state=S.UNCERTAIN)
    await shop.take("bot", told("sent", FIRST, about=(item.payload.reply_token,)))

    assert await state_of(shop, item) is S.UNCERTAIN
    assert await shown(shop) == []


async def test_many_reports_on_one_part_leave_room_for_those_on_the_others(shop: Workshop) -> None:
    item = await answered_in_parts(shop)
    delays = [told("delayed", FIRST, external_id=f"delay {number}") for number in range(MOST_KEPT + 1)]
    await shop.take("bot", *delays)
    await shop.take("bot", told("failed", LAST))
    assert await state_of(shop, item) is S.FAILED
    more = [told("delayed", FIRST, external_id=f"more {number}") for number in range(3 * MOST_KEPT)]
    await shop.take("bot", *more)

    assert len(await shop.rows("SELECT report_key FROM delivery_reports")) == 3 * MOST_KEPT
