"""The topics report over a real store: read once, kept up, bounded, and of today's customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from channelhub.content.features import FEATURES_VERSION
from channelhub.domain.inbound import DeletedMessage
from channelhub.pipeline import topics
from channelhub.pipeline.commands import people
from channelhub.pipeline.topics import REREAD_US, ReportedTopic, Topics, TopicsReport, _said
from channelhub.rules.topics.trends import Trend
from channelhub.store import outages, traffic
from channelhub.store.database import Session
from channelhub.store.topics import Featured
from tests.pipeline.workshop import BEGAN, Workshop, identity_of, words
from tests.rules.test_topics import CODE, COURIER

DAY = timedelta(days=1)


@pytest.fixture
def reads() -> list[int]:
    return []


def reporting(shop: Workshop, reads: list[int] | None = None) -> Topics:
    @asynccontextmanager
    async def read() -> AsyncIterator[Session]:
        if reads is not None:
            reads.append(1)
        async with shop.store.readers.read() as session:
            yield session

    return Topics(read, now=lambda: shop.clock)


async def complain(shop: Workshop, *texts: str, week: int = 0, name: str = "c") -> None:
    """Each text by another customer, one a minute, so many weeks before the clock's present time."""
    now = shop.clock
    shop.clock = now - week * 7 * DAY - timedelta(hours=1)
    minutes = (shop.clock - BEGAN) / timedelta(minutes=1)
    taken = [
        await shop.take(
            "shop", words(f"{name}{week}.{n}", f"email:{name}{week}.{n}@example.com", text, minutes=minutes)
        )
        for n, text in enumerate(texts)
    ]
    shop.clock = now
    return taken


def about(report: TopicsReport, word: str) -> ReportedTopic:
    [found] = [one for one in report.topics if any(word in example.text for example in one.examples)]
    return found


@pytest.fixture
async def later(shop: Workshop) -> Workshop:
    """Five weeks of the same complaints, and in the newest far more of one."""
    shop.clock = BEGAN + 60 * DAY
    for week in (4, 3, 2, 1):
        await complain(shop, *COURIER, week=week)
    await complain(shop, *COURIER, name="courier")
    await complain(shop, *(f"{text}, {n} times" for n in range(3) for text in CODE), name="code")
    return shop


async def test_says_what_is_complained_of_in_customers_words_with_the_trend(later: Workshop) -> None:
    report = await reporting(later).report(weeks=5)

    courier, code = about(report, "parcel"), about(report, "sms")
    assert [one.id for one in report.topics] == [code.id, courier.id]
    assert (courier.customers, courier.trend) == ([6, 6, 6, 6, 6], Trend.STEADY)
    assert (code.customers, code.trend) == ([18, 0, 0, 0, 0], Trend.UP)
    assert code.share == 18 / 24
    assert report.wrote == [24, 6, 6, 6, 6]
    assert {one.language for one in courier.examples} == {"en", "ru", "uk"}
    assert all(one.text in COURIER for one in courier.examples)
    assert courier.languages == {"en": 2, "ru": 2, "uk": 2}


async def test_a_later_report_reads_only_what_came_since_and_says_the_same_as_a_new_one(
    later: Workshop, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = reporting(later, reads)
    await kept.report(weeks=5)
    later.clock += timedelta(minutes=2)
    await complain(later, *COURIER, name="new")
    read: list[int] = []
    monkeypatch.setattr(topics, "_said", _counting(read))
    followed = await kept.report(weeks=5)

    assert len(read) == len(COURIER)
    assert followed == await reporting(later).report(weeks=5)
    assert about(followed, "parcel").customers[0] == 12


async def test_a_report_is_good_for_a_minute(later: Workshop, reads: list[int]) -> None:
    kept = reporting(later, reads)
    first = await kept.report(weeks=5)
    before = len(reads)

    assert await kept.report(weeks=5) is first
    assert len(reads) == before


async def test_joined_customers_are_one_when_everything_is_read_anew(later: Workshop) -> None:
    kept = reporting(later)
    await kept.report(weeks=5)
    one, other = identity_of("email:courier0.0@example.com"), identity_of("email:courier0.1@example.com")
    card = await later.card_of("email:courier0.0@example.com")
    assert one == card.customer_id
    await people.link(later.acting, "agent:ann", card.customer_id, other, reason="")
    later.clock += timedelta(microseconds=REREAD_US)

    assert about(await kept.report(weeks=5), "parcel").customers[0] == 5


async def test_what_its_sender_took_back_counts_no_more(later: Workshop) -> None:
    await later.take("shop", DeletedMessage(external_id="courier0.0"))

    assert about(await reporting(later).report(weeks=5), "parcel").customers[0] == 5


async def test_of_too_many_customers_some_stand_for_all(later: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST_KEPT", 30)
    report = await reporting(later).report(weeks=5)

    assert report.one_in >= 2
    assert all(count % report.one_in == 0 for count in report.wrote)
    assert 8 <= report.wrote[0] <= 40


async def test_where_many_wrote_only_those_who_stand_for_all_are_read(
    later: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MOST_KEPT", 30)
    expected = await reporting(later).report(weeks=5)
    minutes = {int((later.clock - timedelta(days=n)).timestamp()) * 1_000_000: 6 for n in range(8)}
    await later.store.writer.command(lambda session: traffic.add(session, minutes))
    read: list[Featured] = []
    monkeypatch.setattr(topics, "_said", lambda row: read.append(row) or _said(row))
    found = await reporting(later).report(weeks=5)

    assert (found.one_in, found.wrote, found.topics) == (expected.one_in, expected.wrote, expected.topics)
    assert all(row.customer_id % found.one_in == 0 for row in read)


async def test_pages_of_any_size_give_the_same(later: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await reporting(later).report(weeks=5)
    monkeypatch.setattr(topics, "ROWS", 3)

    assert await reporting(later).report(weeks=5) == whole


async def test_a_damaged_row_is_left_out(later: Workshop) -> None:
    [newest] = await later.rows("SELECT message_id FROM features ORDER BY seq DESC LIMIT 1")
    await later.store.writer.command(
        lambda session: outages.rewrite_features(session, newest["message_id"], FEATURES_VERSION, "{")
    )
    report = await reporting(later).report(weeks=5)

    assert report.wrote[0] == 23


def _counting(read: list[int]) -> object:
    original = topics._said

    def said(row: topics.Featured) -> object:
        read.append(row.seq)
        return original(row)

    return said
