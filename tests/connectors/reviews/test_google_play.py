"""Google's list and tokens; what stores have in common is tried with the App Store."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from channelhub.domain.inbound import DeliveryStatus, Direction, EditedMessage, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, Rejected
from channelhub.sdk.testing import MemoryHub
from connectors.reviews.google_play import store
from connectors.reviews.google_play.plugin import plugin
from connectors.reviews.google_play.store import MAX_REPLY_CHARS
from tests.connectors.reviews.desk import Desk
from tests.connectors.reviews.google_play import configure
from tests.servers.google_play import BEGUN, GooglePlayServer

NOW = BEGUN + timedelta(hours=1)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk[GooglePlayServer]]:
    async with GooglePlayServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub, plugin=plugin, configure=configure)


async def test_all_pages_are_taken_the_oldest_first(
    desk: Desk[GooglePlayServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await desk.look()
    monkeypatch.setattr(store, "PER_PAGE", 2)
    for number in range(5):
        desk.server.say(f"{number}")
    items = await desk.look()

    assert [item.content.text for item in items if isinstance(item, NewMessage)] == ["0", "1", "2", "3", "4"]
    assert {one.get("token") for one in desk.server.asked} == {None, "2", "4"}


async def test_edit_is_a_version_by_the_stores_time_and_other_thumbs_are_none(desk: Desk[GooglePlayServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    desk.server.reviews[0]["comments"][0]["userComment"]["thumbsUpCount"] = 9
    assert not await desk.look()
    desk.server.edit(review_id, text="два")
    [edited] = await desk.look()

    assert isinstance(edited, EditedMessage)
    assert edited.revision == int((BEGUN + timedelta(minutes=2)).timestamp() * 1000) + 512
    assert edited.message.content.text == "два"


async def test_edit_is_told_also_of_what_left_the_memory_long_ago(desk: Desk[GooglePlayServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    [scope] = desk.hub.cursors
    desk.hub.cursors[scope] = '{"words":{},"begun_ms":1}'
    desk.server.edit(review_id, text="два")
    [edited] = await desk.look()

    assert isinstance(edited, EditedMessage)
    assert edited.message.content.text == "два"


async def test_answers_of_colleagues_and_of_the_hub_are_told_apart(desk: Desk[GooglePlayServer]) -> None:
    theirs, ours = desk.server.say("раз"), desk.server.say("два")
    await desk.look()
    desk.server.respond(theirs, "колега")
    desk.said.answer(ours, "вже", token="t.1")
    await desk.connector().send(Outbound(id=1, to=ours, text="вже", conversation_key=ours))
    answer, status = await desk.look()
    assert not await desk.look()

    assert isinstance(answer, NewMessage)
    assert (answer.direction, answer.content.text) == (Direction.OUT, "колега")
    assert isinstance(status, DeliveryStatus)
    assert (status.about, status.status) == (("t.1",), "delivered")


async def test_token_is_kept_until_shortly_before_its_end(desk: Desk[GooglePlayServer]) -> None:
    connector = desk.connector()
    for minutes in (0, 54, 56):
        desk.hub.now = NOW + timedelta(minutes=minutes)
        await connector.check()

    assert len(desk.server.tokens) == 2


async def test_token_that_ended_early_is_renewed_once(desk: Desk[GooglePlayServer]) -> None:
    connector = desk.connector()
    await connector.check()
    desk.server.ended |= set(desk.server.tokens)
    desk.hub.now = NOW + timedelta(minutes=2)

    assert (await connector.check()).health is Health.OK
    assert len(desk.server.tokens) == 2


@pytest.mark.parametrize(
    ("refusal", "health", "words"),
    [
        ((403, "permissionDenied"), Health.AUTH_FAILED, "Reply to reviews"),
        ((403, "rateLimitExceeded"), Health.DOWN, "quota"),
        ((429, "quotaExceeded"), Health.DOWN, "quota"),
        ((404, "applicationNotFound"), Health.DOWN, "package_name"),
        ((503, "backendError"), Health.DOWN, "fails"),
        (None, Health.OK, "com.example.shop"),
    ],
)
async def test_health_says_how_to_mend_it(
    desk: Desk[GooglePlayServer], refusal: tuple[int, str] | None, health: Health, words: str
) -> None:
    desk.server.refusal = refusal
    report = await desk.connector().check()

    assert report.health is health
    assert words in report.detail


@pytest.mark.parametrize(
    ("refusal", "health"),
    [((400, "invalid_grant"), Health.AUTH_FAILED), ((503, "internal"), Health.DOWN), ((429, "slow"), Health.DOWN)],
)
async def test_refused_token_is_told_apart(
    desk: Desk[GooglePlayServer], refusal: tuple[int, str], health: Health
) -> None:
    desk.server.token_refusal = refusal

    assert (await desk.connector().check()).health is health


@pytest.mark.parametrize(
    "account",
    ["made-up", "{}", '{"client_email":"a","private_key":"-----BEGIN-PRIVATE"}'],
    ids=["no JSON", "{}", "no key"],
)
async def test_what_is_no_key_is_told_and_not_shown(desk: Desk[GooglePlayServer], account: str) -> None:
    report = await desk.connector(service_account=Secret(account)).check()

    assert report.health is Health.AUTH_FAILED
    assert "JSON file" in report.detail
    assert account not in report.detail
    with pytest.raises(ValueError, match="service_account_file"):
        configure(desk.server, service_account=Secret(""))


async def test_review_that_takes_no_answer_stops_that_answer_alone(desk: Desk[GooglePlayServer]) -> None:
    review_id = desk.server.say("раз")
    desk.server.reply_refusal = (403, "forbidden")
    answer = Outbound(id=1, to=review_id, text="вже", conversation_key=review_id)
    with pytest.raises(Rejected, match="no answer to this review"):
        await desk.connector().send(answer)
    desk.server.refusal = (403, "forbidden")
    with pytest.raises(AuthFailed):
        await desk.connector().send(answer)


async def test_answer_goes_to_its_review_within_350_characters(desk: Desk[GooglePlayServer]) -> None:
    desk.server.say("чуже")
    review_id = desk.server.say("раз")
    answer = Outbound(id=1, to=review_id, text="ї" * MAX_REPLY_CHARS, conversation_key=review_id)
    await desk.connector().send(answer)

    assert [len(one["comments"]) for one in desk.server.reviews] == [1, 2]
    with pytest.raises(Rejected, match="350"):
        await desk.connector().send(
            Outbound(id=2, to=review_id, text="ї" * (MAX_REPLY_CHARS + 1), conversation_key=review_id)
        )
