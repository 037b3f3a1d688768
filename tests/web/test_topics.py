"""The topics report in the API and on the page."""

import msgspec
import pytest

from channelhub.content.features import features
from channelhub.domain.times import to_us
from channelhub.rules.outage.report import Report
from channelhub.store import messages, outages
from channelhub.store.database import Session
from tests.rules.test_topics import COURIER
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_pages import Tags, page, with_an_outage


async def complain(hub: Hub, text: str, number: int) -> str:
    """A message with its features, as a parser child would have made them."""
    message_id = await receive(hub, text, email=f"c{number}@example.com")

    async def write(session: Session) -> None:
        stored = await messages.get(session, int(message_id))
        assert stored is not None
        made = features(subject="", text=text)
        report = Report(
            message_id=stored.id, at_us=to_us(hub.clock[0]) - 1, customer=stored.identity_id, channel="api",
            features=made,
        )  # fmt: skip
        await outages.add_features(session, [(stored.id, made.version, msgspec.json.encode(report).decode())])

    await hub.store.writer.command(write)
    return message_id


async def test_without_complaints_there_is_no_topic(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/reports/topics", headers=hub.admin()) as answer:
        report = await answer.json()

    assert (report["topics"], report["wrote"], report["one_in"]) == ([], [0] * 5, 1)
    assert "No topic yet" in await page(hub, "/topics")


async def test_a_topic_is_shown_in_customers_words_with_those_already_in_an_outage(hub: Hub) -> None:
    ids = [await complain(hub, text, number) for number, text in enumerate(COURIER)]
    await with_an_outage(hub, ids[0])

    async with hub.http.get(f"{hub.url}/api/v1/reports/topics?weeks=2", headers=hub.admin()) as answer:
        [topic] = (await answer.json())["topics"]

    assert (topic["customers"], topic["messages"], topic["share"], topic["history"]) == (6, 6, 1.0, [6, 0])
    assert (topic["trend"], topic["week_before"], topic["four_weeks"]) == ("unknown", None, None)
    assert (topic["channels"], topic["in_outages"]) == ({"api": 6}, 1)
    assert topic["title"] in COURIER
    assert {one["message_id"] for one in topic["examples"]} <= set(ids)
    for language, word in (("en", "Topics"), ("uk", "Теми"), ("ru", "Темы")):
        text = await page(hub, "/topics", language)
        assert f"<h1>{word}</h1>" in text
        assert topic["title"].replace("'", "&#39;") in text


async def test_a_complaint_runs_nothing_on_the_page(hub: Hub) -> None:
    for number, text in enumerate(COURIER):
        await complain(hub, f"<script>alert(1)</script> {text}", number)
    tags = Tags()
    tags.feed(await page(hub, "/topics"))

    assert (tags.scripts, tags.handlers, tags.inline_styles) == (0, [], 0)


@pytest.mark.parametrize("query", ["weeks=1", "weeks=27", "weeks=x", "months=2"])
async def test_a_span_out_of_bounds_is_refused(hub: Hub, query: str) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/reports/topics?{query}", headers=hub.admin()) as answer:
        assert answer.status == 422
