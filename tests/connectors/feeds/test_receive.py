"""A feed is asked for if it changed, at its own place; what is new or changed is taken once."""

import pytest

from channelhub.domain.inbound import DeletedMessage, EditedMessage, NewMessage
from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused
from connectors.feeds import fetch
from connectors.feeds.plugin import media_hosts
from tests.connectors.feeds.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.feeds import Entry


def texts(desk: Desk) -> list[str]:
    return [item.content.text for item in desk.items if isinstance(item, NewMessage)]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
async def test_items_are_taken_oldest_first_and_once(desk: Desk, form: str) -> None:
    desk.server.form = form  # type: ignore[assignment]
    for text in ("раз", "два & <три>"):
        desk.server.say(text)
    await desk.catch_up()
    await desk.catch_up()

    assert texts(desk) == ["раз", "два & <три>"]


async def test_first_look_takes_what_comes_from_then_on_also_after_an_empty_feed(desk: Desk) -> None:
    desk.server.say("давно")
    desk.server.entries.append(Entry(key="undated", text="без дати", at=None))
    async with desk.running(history_days=0):
        await desk.looks(2)
        shown, desk.server.entries = desk.server.entries, []
        await desk.looks(2)
        desk.server.entries = shown
        await desk.looks(2)
        desk.server.entries.append(Entry(key="new", text="тепер", at=desk.hub.now))
        await until(lambda: bool(desk.hub.stored))
        await desk.looks(1)

    assert texts(desk) == ["тепер"]


async def test_unchanged_feed_is_not_sent_again(desk: Desk) -> None:
    desk.server.say("раз")
    await desk.catch_up()

    assert "If-None-Match" not in desk.server.asked[0]
    assert desk.server.asked[-1]["If-None-Match"].startswith('"')
    assert len(desk.hub.calls) == 1


async def test_changed_words_are_a_version_and_what_was_deleted_is_told(desk: Desk) -> None:
    first, second = desk.server.say("раз"), desk.server.say("два")
    async with desk.running():
        await until(lambda: len(desk.hub.stored) == 2)
        first.text = "раз!"
        await until(lambda: len(desk.hub.stored) == 3)
        desk.server.entries.remove(second)
        desk.server.gone.append(second.key)
        await until(lambda: len(desk.hub.stored) == 4)

    edited, deleted = desk.items[2:]
    assert isinstance(edited, EditedMessage)
    assert isinstance(deleted, DeletedMessage)
    assert (edited.external_id, edited.message.content.text) == (desk.items[0].external_id, "раз!")
    assert deleted.external_id == desk.items[1].external_id


async def test_deletion_of_what_was_never_taken_is_none_of_ours(desk: Desk) -> None:
    desk.server.gone.append("elsewhere")
    await desk.catch_up()

    assert not desk.hub.stored


async def test_deletion_is_told_also_of_what_left_the_memory_long_ago(desk: Desk) -> None:
    old = desk.server.say("раз")
    await desk.catch_up()
    [scope] = desk.hub.cursors
    desk.hub.cursors[scope] = '{"items":{},"begun_ms":1}'
    desk.server.entries.clear()
    desk.server.gone.append(old.key)
    await desk.catch_up()

    assert isinstance(desk.items[-1], DeletedMessage)


async def test_item_that_leaves_the_window_and_returns_is_no_new_one(desk: Desk) -> None:
    for number in range(3):
        desk.server.say(f"{number}")
    await desk.catch_up()
    desk.server.window = 1
    await desk.catch_up()
    desk.server.window = 3
    await desk.catch_up()

    assert texts(desk) == ["0", "1", "2"]


async def test_window_that_moved_on_altogether_is_told(desk: Desk) -> None:
    desk.server.window = 2
    desk.server.say("0")
    await desk.catch_up()
    for number in range(1, 6):
        desk.server.say(f"{number}")
    await desk.catch_up()

    assert any("feed.gap_left" in line for line in desk.hub.log.lines)


async def test_busy_hub_leaves_the_items_in_the_feed(desk: Desk) -> None:
    desk.server.say("раз")
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=7.0))
    async with desk.running():
        await until(lambda: bool(desk.failures))
        desk.hub.accept()
        await until(lambda: bool(desk.hub.stored))

    assert desk.failures[0].retry_after_s == 7.0


async def test_feed_that_asks_for_rest_is_left_alone(desk: Desk) -> None:
    desk.server.headers["Cache-Control"] = "public, max-age=3600"
    desk.server.say("раз")
    async with desk.running():
        await until(lambda: bool(desk.hub.stored))

    assert len(desk.server.asked) == 1


@pytest.mark.parametrize(
    ("status", "failure", "words"),
    [
        (410, AuthFailed, "gone for good"),
        (401, AuthFailed, "not for everybody"),
        (404, Unavailable, "no feed"),
        (500, Unavailable, "no feed"),
        (503, Unavailable, "asks us to wait"),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, status: int, failure: type[Exception], words: str) -> None:
    desk.server.status, desk.server.headers = status, {"Retry-After": "30"}
    with pytest.raises(failure, match=words) as raised:
        await desk.connector().run(desk.hub.deliver)

    assert getattr(raised.value, "retry_after_s", None) == (30.0 if status == 503 else None)
    assert (await desk.connector().check()).health is (Health.AUTH_FAILED if failure is AuthFailed else Health.DOWN)


async def test_page_instead_of_a_feed_is_told(desk: Desk) -> None:
    desk.server.body = b"<!doctype html><html><body>Welcome</body></html>"
    report = await desk.connector().check()

    assert (report.health, "no feed at url" in report.detail) == (Health.DOWN, True)


async def test_check_counts_and_takes_nothing(desk: Desk) -> None:
    desk.server.say("раз")
    report = await desk.connector().check()

    assert (report.health, report.detail) == (Health.OK, "1 items")
    assert not desk.hub.calls


async def test_move_within_the_host_is_followed_and_to_another_told(desk: Desk) -> None:
    desk.server.say("раз")
    moved = f"{desk.server.url}/moved.xml"
    desk.server.location = "/reviews.xml"
    await desk.catch_up(url=moved)
    desk.server.location = "http://169.254.169.254/latest/meta-data"
    with pytest.raises(Unavailable, match=r"the feed moved to http://169\.254\.169\.254"):
        await desk.connector(url=moved).run(desk.hub.deliver)
    desk.server.location = "/moved.xml"
    with pytest.raises(Unavailable, match="without end"):
        await desk.connector(url=moved).run(desk.hub.deliver)

    assert texts(desk) == ["раз"]


async def test_feed_beyond_the_bound_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_FEED_BYTES", 1000)
    desk.server.say("x" * 2000)
    with pytest.raises(Unavailable, match="larger than"):
        await desk.connector().run(desk.hub.deliver)


async def test_files_come_from_the_feeds_host_and_those_that_are_named(desk: Desk) -> None:
    desk.server.files["a.jpg"] = b"\x00\x01"
    connector, hosts = desk.connector(), media_hosts(desk.config(media_hosts=("CDN.example",)))
    file = MediaReference(reference=f"{desk.server.url}/files/a.jpg")

    assert await desk.hub.download(connector, file, hosts) == b"\x00\x01"
    assert MediaHost(name="cdn.example") in hosts
    with pytest.raises(MediaRefused):
        await desk.hub.download(connector, MediaReference(reference="https://elsewhere.example/x"), hosts)
