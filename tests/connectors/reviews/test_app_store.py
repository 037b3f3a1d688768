"""Reviews are taken once; what changes of them and of their answers is told; answers go to their review."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from channelhub.domain.inbound import DeliveryStatus, Direction, EditedMessage, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Rejected, Unavailable
from channelhub.sdk.testing import Fault, MemoryHub
from connectors.reviews.app_store import store
from connectors.reviews.app_store.plugin import plugin
from connectors.reviews.app_store.store import MAX_REPLY_CHARS
from tests.connectors.reviews.app_store import configure
from tests.connectors.reviews.desk import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.app_store import BEGUN, ISSUER_ID, AppStoreServer

NOW = BEGUN + timedelta(hours=1)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk[AppStoreServer]]:
    async with AppStoreServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub, plugin=plugin, configure=configure)


def texts(items: list[object]) -> list[str]:
    return [item.content.text for item in items if isinstance(item, NewMessage)]


async def test_first_look_takes_what_comes_from_then_on_also_what_is_shown_late(desk: Desk[AppStoreServer]) -> None:
    desk.server.say("давно")
    assert not await desk.look(history_days=0)
    desk.server.say("тепер", createdDate=(NOW - timedelta(days=1)).isoformat())
    desk.server.say("хтозна-колишнє", createdDate=(NOW - timedelta(days=30)).isoformat())

    assert texts([*await desk.look(history_days=0)]) == ["тепер"]


async def test_all_pages_are_taken_the_oldest_first(
    desk: Desk[AppStoreServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PER_PAGE", 2)
    for number in range(5):
        desk.server.say(f"{number}")

    assert texts([*await desk.look()]) == ["0", "1", "2", "3", "4"]
    assert {one["include"] for one in desk.server.asked} == {"response"}


async def test_place_of_a_next_page_is_asked_of_the_store_alone(
    desk: Desk[AppStoreServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PER_PAGE", 1)
    desk.server.next_host = "http://192.0.2.1:1"
    desk.server.say("0")
    desk.server.say("1")

    assert texts([*await desk.look()]) == ["0", "1"]


async def test_list_is_read_no_further_back_than_edits_are_looked_for(
    desk: Desk[AppStoreServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PER_PAGE", 1)
    for days in (90, 60, 40, 1):
        desk.server.say(f"{days}", createdDate=(NOW - timedelta(days=days)).isoformat())
    await desk.look(edits_days=50)

    assert {one.get("cursor") for one in desk.server.asked} == {None, "1", "2"}


async def test_each_edit_is_a_version_also_back_to_earlier_words(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    versions = []
    for number, text in enumerate(("два", "раз", "два", "раз")):
        desk.hub.now = NOW + timedelta(minutes=number)
        desk.server.edit(review_id, body=text)
        versions += await desk.look()

    assert all(isinstance(one, EditedMessage) and one.external_id == review_id for one in versions)
    assert [one.message.content.text for one in versions if isinstance(one, EditedMessage)] == [
        "два",
        "раз",
        "два",
        "раз",
    ]
    revisions = [one.revision for one in versions if isinstance(one, EditedMessage)]
    assert revisions == sorted(set(revisions))


async def test_other_stars_for_the_same_words_are_an_edit(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    desk.server.edit(review_id, rating=5)
    [edited] = await desk.look()

    assert isinstance(edited, EditedMessage)
    assert edited.message.extra["rating"] == "5"


async def test_edit_of_a_review_older_than_the_hub_brings_it(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("давно")
    await desk.look(history_days=0)
    desk.server.edit(review_id, body="знову")
    [edited] = await desk.look(history_days=0)

    assert isinstance(edited, EditedMessage)
    assert edited.message.content.text == "знову"


async def test_colleagues_answer_is_taken_and_its_edit_a_version(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    desk.server.respond(review_id, "вже", state="PENDING_PUBLISH")
    said, answer = await desk.look()
    desk.server.publish(review_id)
    assert not await desk.look()
    desk.server.respond(review_id, "вже все")
    [changed] = await desk.look()

    assert isinstance(said, NewMessage)
    assert isinstance(answer, NewMessage)
    assert isinstance(changed, EditedMessage)
    assert answer.direction is Direction.OUT
    assert (changed.external_id, changed.message.content.text) == (answer.external_id, "вже все")


async def test_own_answer_is_told_sent_then_delivered_and_stands_once(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    desk.said.answer(review_id, "вже  їде", token="t.1")
    await desk.connector().send(Outbound(id=1, to=review_id, text="вже їде", conversation_key=review_id))
    sent = await desk.look()
    assert not await desk.look()
    desk.server.publish(review_id)
    published = await desk.look()
    assert not await desk.look()

    told = [one for one in (*sent, *published) if isinstance(one, DeliveryStatus)]
    assert [(one.about, one.status) for one in told] == [(("t.1",), "sent"), (("t.1",), "delivered")]
    assert len(sent + published) == 2


async def test_own_answer_that_the_hub_no_longer_holds_is_taken_for_nobodys(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    desk.said.answer(review_id, "вже", token="t.1")
    desk.server.respond(review_id, "вже", state="PENDING_PUBLISH")
    await desk.look()
    desk.said.answers.clear()
    desk.server.publish(review_id)

    assert not await desk.look()


async def test_nothing_is_forgotten_while_the_hub_is_busy(desk: Desk[AppStoreServer]) -> None:
    review_id = desk.server.say("раз")
    await desk.look()
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=7.0))
    desk.server.edit(review_id, body="два")
    async with desk.running():
        await until(lambda: bool(desk.failures))
        desk.hub.accept()
        await until(lambda: len(desk.hub.stored) == 2)

    assert desk.failures[0].retry_after_s == 7.0


async def test_tokens_are_the_teams_or_a_persons_and_used_again(desk: Desk[AppStoreServer]) -> None:
    await desk.look()
    assert {(one.get("iss"), one.get("sub")) for one in desk.server.claims} == {(ISSUER_ID, None)}
    assert {one["aud"] for one in desk.server.claims} == {"appstoreconnect-v1"}
    desk.server.claims.clear()
    await desk.look(issuer_id="")
    assert {(one.get("iss"), one.get("sub")) for one in desk.server.claims} == {(None, "user")}
    connector = desk.connector()
    desk.server.claims.clear()
    for minutes in (0, 14, 16):
        desk.hub.now = NOW + timedelta(minutes=minutes)
        await connector.check()
    assert {one["iat"] - int(NOW.timestamp()) for one in desk.server.claims} == {0, 960}


@pytest.mark.parametrize(
    ("refusal", "health", "words"),
    [
        ((403, "FORBIDDEN_ERROR"), Health.AUTH_FAILED, "Customer Support"),
        ((401, "NOT_AUTHORIZED"), Health.AUTH_FAILED, "key_id"),
        ((404, "NOT_FOUND"), Health.DOWN, "app_id"),
        ((429, "RATE_LIMIT_EXCEEDED"), Health.DOWN, "quota"),
        ((500, "UNEXPECTED_ERROR"), Health.DOWN, "fails"),
        (None, Health.OK, "app 1234567890"),
    ],
)
async def test_health_says_how_to_mend_it(
    desk: Desk[AppStoreServer], refusal: tuple[int, str] | None, health: Health, words: str
) -> None:
    desk.server.refusal = refusal
    report = await desk.connector().check()

    assert report.health is health
    assert words in report.detail
    assert not desk.hub.stored


async def test_quota_is_waited_for(desk: Desk[AppStoreServer]) -> None:
    desk.server.befall(Fault.RATE_LIMITED)
    with pytest.raises(Unavailable) as refused:
        await desk.connector().run(desk.hub.deliver)

    assert refused.value.retry_after_s == 7.0


async def test_refused_key_stops_the_account_without_showing_it(desk: Desk[AppStoreServer]) -> None:
    with pytest.raises(AuthFailed) as refused:
        await desk.connector(key_id="ANOTHER").run(desk.hub.deliver)

    assert "PRIVATE" not in str(refused.value)


async def test_what_is_no_key_is_told_and_not_shown(desk: Desk[AppStoreServer]) -> None:
    report = await desk.connector(private_key=Secret("-----BEGIN-PRIVATE")).check()

    assert report.health is Health.AUTH_FAILED
    assert ".p8" in report.detail
    assert "PRIVATE" not in report.detail
    with pytest.raises(ValueError, match="private_key_file"):
        configure(desk.server, private_key=Secret(""))


@pytest.mark.parametrize(
    "change",
    [
        {"text": " \n"},
        {"text": "ї" * (MAX_REPLY_CHARS + 1)},
        {"conversation_key": "another"},
        {"is_automatic": True},
        {"to": "gone", "conversation_key": "gone"},
    ],
)
async def test_what_can_never_go_is_rejected(desk: Desk[AppStoreServer], change: dict[str, object]) -> None:
    review_id = desk.server.say("раз")
    values: dict[str, object] = {"id": 1, "to": review_id, "text": "вже", "conversation_key": review_id}
    with pytest.raises(Rejected):
        await desk.connector().send(Outbound(**(values | change)))  # type: ignore[arg-type]

    assert not desk.server.sent


async def test_answer_goes_to_its_review_and_repeated_stands_once(desk: Desk[AppStoreServer]) -> None:
    desk.server.say("чуже")
    review_id = desk.server.say("раз")
    answer = Outbound(id=1, to=review_id, text="ї" * MAX_REPLY_CHARS, conversation_key=review_id)
    first = await desk.connector().send(answer)
    second = await desk.connector().send(answer)

    assert first == second
    assert list(desk.server.responses) == [review_id]


async def test_threads_are_public(desk: Desk[AppStoreServer]) -> None:
    assert plugin.is_public(desk.server.say("раз"))
