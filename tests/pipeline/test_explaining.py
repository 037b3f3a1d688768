"""What explains an outage is read from the tables: course, words, representatives, what the affected have in common."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.inbound import JourneyEvent
from channelhub.domain.message_ids import message_id
from channelhub.domain.outages import OutageState
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.raw import RawMessage
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.explaining import KEPT_QUIET_S, KEPT_S, Explained, Explaining
from channelhub.rules.outage.reasons import Burst, SharedTerms
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, MINUTE_US
from channelhub.store import contacts, messages, outage_decisions, outages, traffic
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Member, Outage
from tests.pipeline.workshop import BEGAN, Workshop, handle, read_by_hand, words, workshop

OUTAGE_US = to_us(BEGAN)
USUAL = ("когда привезут заказ", "how do I change the address", "хочу вернуть товар", "what are your opening hours")
REPORTS = (
    ("ru", "оплата не проходит, ошибка на кассе"),
    ("ru", "оплату через телефон отклоняет касса"),
    ("en", "payment fails at the till"),
    ("ru", "не могу провести оплату, касса пишет ошибку"),
    ("en", "the till declines my payment, error"),
)


async def deliver(shop: Workshop, said: Sequence[tuple[int, Any]]) -> list[int]:
    """Put items in at their times; the ids of their messages."""
    ids: list[int] = []
    for at_us, item in said:
        raws = [RawMessage(account="shop", delivery_id=item.external_id, body=b"x")]
        receipts = await shop.store.writer.deliver(
            Delivery(raws=raws, blobs=[""], cursor=None, cursor_account="shop", received_at=from_us(at_us))
        )
        await shop.process(read_by_hand(receipts[0].inbox_id, raws[0], from_us(at_us), [item]))
        ids.append(message_id(receipts[0].inbox_id))
    return ids


def contact(number: int, at_us: int, text: str, **extra: str) -> tuple[int, Any]:
    sender = Sender(handles=(handle(f"external:customer-{number}", Evidence.TRUSTED_ACCOUNT),))
    return at_us, words(f"c{number}", sender, text, sent_at=from_us(at_us), extra=extra)


def journey(number: int, at_us: int, **attributes: str) -> tuple[int, Any]:
    sender = Sender(handles=(handle(f"external:customer-{number}", Evidence.TRUSTED_ACCOUNT),))
    return at_us, JourneyEvent(
        external_id=f"j{number}", sender=sender, name="order.paid", sent_at=from_us(at_us), attributes=attributes
    )


async def fill(shop: Workshop) -> None:
    """Five days of sixty customers, then ten, who had written before, report the same; a person confirmed it."""
    said = []
    for number in range(60):
        at_us = OUTAGE_US - 5 * DAY_US + number * 2 * HOUR_US - HOUR_US
        said.append(contact(number, at_us, USUAL[number % 4], city="Kyiv" if number % 2 else "Lviv", plan=str(number)))
        said.append(journey(number, at_us + 1, payment_method="card" if number % 10 else "Apple Pay"))
    for number in range(100, 110):
        before_us = OUTAGE_US - 6 * DAY_US + number * MINUTE_US
        said.append((before_us, replace(contact(number, before_us, USUAL[number % 4])[1], external_id=f"b{number}")))
        at_us = OUTAGE_US + (number - 100) * 2 * MINUTE_US
        said.append(journey(number, at_us - HOUR_US, **{"Payment method": "Apple Pay"}))
        said.append(contact(number, at_us, REPORTS[number % 5][1], city="Kyiv" if number % 2 else "Lviv"))
    said.sort(key=lambda one: one[0])
    ids = await deliver(shop, said)
    reports = [one for one, (_, item) in zip(ids, said, strict=True) if re.fullmatch(r"c1\d\d", item.external_id)]
    await shop.store.writer.batch(lambda session: raise_outage(session, reports))


async def raise_outage(session: Session, reports: Sequence[int]) -> None:
    known = await messages.get_many(session, reports)
    raised = Outage(
        id=reports[4], state=OutageState.CONFIRMED, version=2, title="оплата", terms=("оплата",),
        reasons=(Burst(customers=5, window_min=20, expected=0.1, background=0.02), SharedTerms(terms=("оплата",))),
        began_us=OUTAGE_US, opened_us=OUTAGE_US + 8 * MINUTE_US, changed_us=OUTAGE_US + 30 * MINUTE_US,
    )  # fmt: skip
    await outages.save(session, [raised])
    members = [
        Member(message_id=one.id, identity_id=one.identity_id, weight=1.0, reasons=(), at_us=one.at_us)
        for one in known.values()
    ]
    await outages.add_members(session, raised.id, members)
    await outage_decisions.add(
        session, [Decided(outage_id=raised.id, at_us=raised.opened_us, decision="suspected", reasons=raised.reasons)]
    )
    await traffic.add(session, {OUTAGE_US + minute * MINUTE_US: 5 for minute in range(-60, 30)})


@asynccontextmanager
async def explained(folder: Path) -> AsyncIterator[tuple[Workshop, Outage, Explained]]:
    async with workshop(folder) as shop:

        async def look(session: Session) -> tuple[Outage, Explained]:
            (outage,) = await outages.still_open(session)
            return outage, await Explaining().explain(session, outage, await outages.members(session, outage.id))

        yield shop, *(await shop.store.readers.look(look))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")

    async def make() -> None:
        async with workshop(folder) as shop:
            await fill(shop)

    asyncio.run(make())
    return folder


@pytest.fixture(scope="module")
def found(filled: Path) -> Explained:
    async def read() -> Explained:
        async with explained(filled) as (_, _, one):
            return one

    return asyncio.run(read())


def test_the_course_shows_reports_against_the_usual_share_of_traffic(found: Explained) -> None:
    course = found.course

    assert course is not None
    assert sum(one.reports for one in course.intervals) == 10
    assert course.intervals[0].at_us < OUTAGE_US
    assert {one.expected for one in course.intervals} == {0.1}
    assert (course.last_hour, course.hour_before) == (10, 0)


def test_what_the_affected_have_in_common_is_compared_with_the_others_of_the_days_before(found: Explained) -> None:
    assert [(one.name, one.value, one.affected, one.affected_known) for one in found.compared.common][:1] == [
        ("payment_method", "Apple Pay", 10, 10)
    ]
    assert (found.compared.common[0].others, found.compared.common[0].others_known) == (6, 60)
    assert not {"city", "plan", "account", "channel"} & {one.name for one in found.compared.common}


def test_distinguishing_words_are_whole_and_counted_by_customer(found: Explained) -> None:
    said = dict(found.compared.words)

    assert {"касса", "оплата"} & set(said)
    assert "till" in said
    assert not {"заказ", "address"} & set(said)
    assert said["till"].reports == 4
    assert {one.of_reports for one in said.values()} == {10}


def test_representatives_speak_both_languages(found: Explained) -> None:
    assert {one.language for one in found.compared.representatives} == {"ru", "en"}
    assert 2 <= len(found.compared.representatives) <= 5


def test_decisions_are_told_in_order(found: Explained) -> None:
    assert [one.decision for one in found.decisions] == ["suspected"]


async def test_the_sample_spreads_over_the_time_and_stays_within_its_bound(filled: Path) -> None:
    async with workshop(filled) as shop, shop.store.readers.read() as session:
        every = await contacts.sample(session, OUTAGE_US - 7 * DAY_US, OUTAGE_US, most=10_000)
        few = await contacts.sample(session, OUTAGE_US - 7 * DAY_US, OUTAGE_US, most=24)
        day = await contacts.sample(session, OUTAGE_US - 3 * DAY_US, OUTAGE_US - 2 * DAY_US, most=10_000)
        none = await contacts.sample(session, OUTAGE_US + DAY_US, OUTAGE_US + 2 * DAY_US, most=10)

    assert len(every) == 70
    assert 20 <= len(few) <= 24
    assert few[0].at_us < OUTAGE_US - 4 * DAY_US
    assert few[-1].at_us > OUTAGE_US - 12 * HOUR_US
    assert [from_us(one.at_us) >= BEGAN - timedelta(days=3) for one in day] == [True] * 12
    assert none == []


async def test_a_damaged_row_and_an_outage_without_reports_are_explained_too(filled: Path, tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        alone = Outage(
            id=1024, state=OutageState.SUSPECTED, version=1, title="?", terms=(), reasons=("12 customers",),
            began_us=OUTAGE_US, opened_us=OUTAGE_US, changed_us=OUTAGE_US,
        )  # fmt: skip
        empty = await shop.store.readers.look(lambda session: Explaining().explain(session, alone, []))

    compared = empty.compared
    assert (empty.course, compared.words, compared.common, compared.representatives) == (None, (), (), ())


async def test_a_growing_outage_is_compared_anew_every_few_seconds_only(filled: Path) -> None:
    now_s = [0.0]
    explaining = Explaining(lambda: now_s[0])
    async with workshop(filled) as shop:

        async def look(session: Session, reports: int) -> Explained:
            (outage,) = await outages.still_open(session)
            members = await outages.members(session, outage.id)
            return await explaining.explain(session, outage, members[-reports:])

        async def at(second: float, reports: int) -> Explained:
            now_s[0] = second
            return await shop.store.readers.look(lambda session: look(session, reports))

        first, same, grown = await at(0, 6), await at(KEPT_QUIET_S - 1, 6), await at(KEPT_QUIET_S, 7)
        soon, later = await at(KEPT_QUIET_S + KEPT_S - 1, 8), await at(KEPT_QUIET_S + KEPT_S + 1, 8)
        much_later = await at(3 * KEPT_QUIET_S, 8)

    assert same.compared is first.compared
    assert grown.compared is not first.compared
    assert soon.compared is grown.compared
    assert later.compared is not grown.compared
    assert much_later.compared is not later.compared
