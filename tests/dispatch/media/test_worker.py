"""What a message only names is fetched after its commit, tried again where that helps; else it is said why not."""

import asyncio
import hashlib
import random
import time
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from channelhub.dispatch.media import worker
from channelhub.dispatch.media.download import MediaOutlet
from channelhub.domain.inbound import Attachment, Content, EditedMessage
from channelhub.domain.media import MediaReason, MediaReference, MediaState
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaGone, MediaRefused, MediaRequest, configured_host
from channelhub.store.check import check
from tests.dispatch.media.desk import Channel, MediaDesk
from tests.pipeline.workshop import words
from tests.servers.media import FileServer, Mood
from tests.servers.receivers import until


class Filling(Channel):
    """While it is asked where a file is, the disk fills up."""

    def __init__(self, desk: MediaDesk) -> None:
        super().__init__(desk.server)
        self._desk = desk

    async def media(self, file: MediaReference) -> MediaRequest:
        self._desk.has_room = False
        return await super().media(file)


PHOTO = random.Random(1).randbytes(3_000_000)
SHA256 = hashlib.sha256(PHOTO).hexdigest()


async def test_a_named_file_is_fetched_and_is_the_messages(desk: MediaDesk) -> None:
    desk.server.files["photo.jpg"] = PHOTO
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        item = await desk.ended(message_id)
        await until(lambda: bool(desk.results))
    (file,) = await desk.files(message_id)
    folder = desk.shop.store.path.parent
    report = await check(folder)

    assert (item.state, item.tries) == (MediaState.STORED, 0)
    assert (file.sha256, file.size, file.reference) == (SHA256, len(PHOTO), "photo.jpg")
    assert desk.shop.store.blobs.get(SHA256) == PHOTO
    assert (report.is_whole, report.files, report.unused) == (True, 1, 0)
    assert desk.results == [("stored", len(PHOTO))]
    assert not list((folder / "blobs" / "incoming").iterdir())


async def test_what_became_of_a_file_is_told_once(desk: MediaDesk) -> None:
    desk.server.files["photo.jpg"] = PHOTO
    desk.server.bad("photo.jpg", Mood(status=503))
    message_id = await desk.say("photo.jpg", "big.jpg")
    desk.limits = replace(desk.limits, max_file_bytes=len(PHOTO))
    desk.server.files["big.jpg"] = PHOTO + b"!"
    async with desk.running():
        await desk.tried(message_id, 1)
        await desk.ended(message_id, 1)
        desk.shop.clock += timedelta(minutes=1)
        await desk.ended(message_id)
    (stored,) = await desk.shop.events("attachment.stored")
    (failed,) = await desk.shop.events("attachment.failed")
    (received,) = await desk.shop.events("message.received")

    assert (stored.data["n"], stored.data["sha256"], stored.data["size"]) == (0, SHA256, len(PHOTO))
    assert (failed.data["n"], failed.data["status"], failed.data["reason"]) == (1, "refused", "too-large")
    for told in (stored.data, failed.data):
        assert told["customer_id"] == received.data["customer_id"]
        assert told["message_id"] == str(message_id)


async def test_a_message_has_its_files_before_they_are_fetched(desk: MediaDesk) -> None:
    message_id = await desk.say("photo.jpg", "second.pdf")
    first, second = await desk.files(message_id)

    assert (first.sha256, second.sha256) == ("", "")
    assert (await desk.item(message_id, 1)).state is MediaState.PENDING


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        (Mood(status=503), MediaReason.UNREACHABLE),
        (Mood(hangs=True), MediaReason.UNREACHABLE),
        (Mood(is_cut=True), MediaReason.DAMAGED),
        (Mood(is_cut=True, has_length=False), MediaReason.DAMAGED),
        (Mood(status=404), MediaReason.EXPIRED),
    ],
)
async def test_a_try_that_failed_is_made_again_later(desk: MediaDesk, mood: Mood, reason: MediaReason) -> None:
    if mood.hangs:
        desk.silence_s = 1.0
    desk.server.files["photo.jpg"] = PHOTO
    desk.server.bad("photo.jpg", mood)
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        failed = await desk.tried(message_id, 1)
        assert (failed.state, failed.reason) == (MediaState.PENDING, reason)
        desk.shop.clock += timedelta(seconds=4)
        await asyncio.sleep(0.1)
        assert desk.server.asked["photo.jpg"] == 1

        desk.shop.clock += timedelta(seconds=2)
        stored = await desk.ended(message_id)

    assert (stored.state, stored.reason) == (MediaState.STORED, MediaReason.NONE)
    assert len(desk.channel.asked) == 2, "the address is asked for anew with each try"


async def test_what_the_channel_no_longer_has_is_given_up_soon(desk: MediaDesk) -> None:
    message_id = await desk.say("gone.jpg")
    async with desk.running():
        for tries in (1, 2):
            await desk.tried(message_id, tries)
            desk.shop.clock += timedelta(hours=1)
        item = await desk.ended(message_id)

    assert (item.state, item.reason, item.tries) == (MediaState.FAILED, MediaReason.EXPIRED, 3)
    assert "HTTP 404" in item.detail
    (file,) = await desk.files(message_id)
    assert file.reference == "gone.jpg"


async def test_retry_after_holds_for_the_whole_account(desk: MediaDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel's wait is real time: the clock of a test may jump."""
    desk.server.files |= {"a.jpg": PHOTO, "b.jpg": PHOTO}
    desk.server.bad("a.jpg", Mood(status=429, headers={"Retry-After": "60"}))
    first = await desk.say("a.jpg")
    async with desk.running():
        item = await desk.tried(first, 1)
        second = await desk.say("b.jpg")
        desk.shop.clock += timedelta(seconds=59)
        await asyncio.sleep(0.15)
        assert (await desk.item(second)).state is MediaState.PENDING
        assert desk.server.asked["b.jpg"] == 0

        monkeypatch.setattr(worker, "monotonic", lambda: time.monotonic() + 61)
        desk.shop.clock += timedelta(seconds=2)
        assert (await desk.ended(second)).state is MediaState.STORED
        assert (await desk.ended(first)).state is MediaState.STORED
    assert item.reason is MediaReason.UNREACHABLE


@pytest.mark.parametrize(
    ("failure", "reason", "state"),
    [
        (Unavailable("x"), MediaReason.UNREACHABLE, MediaState.PENDING),
        (AuthFailed("x"), MediaReason.UNAUTHORIZED, MediaState.PENDING),
        (MediaGone("x"), MediaReason.EXPIRED, MediaState.PENDING),
        (MediaRefused("x", reason=MediaReason.TOO_LARGE), MediaReason.TOO_LARGE, MediaState.REFUSED),
    ],
)
async def test_what_the_connector_says_counts(
    desk: MediaDesk, failure: Exception, reason: MediaReason, state: MediaState
) -> None:
    desk.channel.failure = failure
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        item = await desk.until(message_id, lambda one: one.reason is not MediaReason.NONE)

    assert (item.reason, item.state, item.detail) == (reason, state, "x")


async def test_a_connectors_defect_does_not_stop_other_accounts(desk: MediaDesk) -> None:
    desk.server.files["photo.jpg"] = PHOTO
    desk.channel.failure = ZeroDivisionError()
    desk.outlets["other"] = MediaOutlet(source=Channel(desk.server), hosts=desk.outlets["bot"].hosts)
    bad = await desk.say("photo.jpg")
    good = await desk.say("photo.jpg", account="other")
    async with desk.running():
        assert (await desk.ended(good)).state is MediaState.STORED
        desk.channel.failure = None
        assert (await desk.ended(bad)).state is MediaState.STORED


async def test_refusals_keep_the_reference_and_say_why(desk: MediaDesk) -> None:
    desk.server.files |= {"big.bin": PHOTO, "page.html": b"<html>"}
    desk.server.bad("page.html", Mood(headers={"Content-Type": "text/html"}))
    desk.limits = replace(desk.limits, max_file_bytes=1_000_000, types=["image/*"])
    told = await desk.say("told.jpg", size=1_000_001)
    found = await desk.say("big.bin")
    typed = await desk.say("x.exe", content_type="application/x-msdownload")
    served = await desk.say("page.html")
    async with desk.running():
        items = [await desk.ended(one) for one in (told, found, typed, served)]

    assert {one.state for one in items} == {MediaState.REFUSED}
    too_large, type_ = MediaReason.TOO_LARGE, MediaReason.TYPE
    assert [one.reason for one in items] == [too_large, too_large, type_, type_]
    assert desk.server.asked["told.jpg"] == desk.server.asked["x.exe"] == 0
    assert desk.shop.store.blobs.names() == []


async def test_an_account_fetches_no_more_than_its_total(desk: MediaDesk) -> None:
    desk.server.files |= {"a.jpg": PHOTO, "b.jpg": PHOTO[::-1]}
    desk.limits = replace(desk.limits, max_total_bytes=len(PHOTO))
    first = await desk.say("a.jpg")
    async with desk.running():
        await desk.ended(first)
        second = await desk.ended(await desk.say("b.jpg"))

    assert (second.state, second.reason) == (MediaState.REFUSED, MediaReason.TOTAL)


async def test_a_kind_that_fetches_nothing_says_so(desk: MediaDesk) -> None:
    desk.outlets["form"] = MediaOutlet(source=None, hosts=())
    message_id = await desk.say("x", account="form")
    async with desk.running():
        assert (await desk.ended(message_id)).reason is MediaReason.UNSUPPORTED


async def test_an_account_that_is_gone_just_now_is_waited_for(desk: MediaDesk) -> None:
    outlet = desk.outlets.pop("bot")
    desk.server.files["photo.jpg"] = PHOTO
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        assert (await desk.tried(message_id, 1)).state is MediaState.PENDING
        desk.outlets["bot"] = outlet
        desk.shop.clock += timedelta(minutes=1)
        assert (await desk.ended(message_id)).state is MediaState.STORED


async def test_an_account_whose_host_hangs_holds_nobody_else_up(desk: MediaDesk) -> None:
    async with FileServer() as other:
        other.files["photo.jpg"] = PHOTO
        desk.outlets["other"] = MediaOutlet(source=Channel(other), hosts=[configured_host(other.url)])
        for n in range(5):
            desk.server.bad(f"{n}.jpg", Mood(hangs=True))
            await desk.say(f"{n}.jpg")
        good = await desk.say("photo.jpg", account="other")
        async with desk.running():
            assert (await desk.ended(good)).state is MediaState.STORED
            assert desk.server.most_under_way <= 3


async def test_below_the_disks_floor_nothing_is_fetched_and_nothing_counted(desk: MediaDesk) -> None:
    desk.server.files["photo.jpg"] = PHOTO
    desk.has_room = False
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        await asyncio.sleep(0.2)
        assert (desk.server.asked.total(), (await desk.item(message_id)).tries) == (0, 0)
        desk.has_room = True
        assert (await desk.ended(message_id)).state is MediaState.STORED


async def test_a_disk_that_fills_up_meanwhile_costs_no_try(desk: MediaDesk) -> None:
    desk.server.files["photo.jpg"] = PHOTO
    message_id = await desk.say("photo.jpg")

    desk.outlets["bot"] = replace(desk.outlets["bot"], source=Filling(desk))
    async with desk.running():
        async with asyncio.timeout(60):
            while not any("media.waits" in line for line in desk.log.lines):
                await asyncio.sleep(0.01)
        assert (await desk.item(message_id)).tries == 0
        assert not list((desk.shop.store.blobs.folder / "incoming").iterdir())
        desk.outlets["bot"] = replace(desk.outlets["bot"], source=desk.channel)
        desk.has_room = True
        assert (await desk.ended(message_id)).state is MediaState.STORED


async def test_what_a_killed_process_left_half_done_is_thrown_away(desk: MediaDesk) -> None:
    incoming = desk.shop.store.blobs.folder / "incoming"
    incoming.mkdir()
    (incoming / "1-0.part").write_bytes(b"half")
    desk.server.files["photo.jpg"] = PHOTO
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        await desk.ended(message_id)

    assert not list(incoming.iterdir())


async def test_an_edit_that_names_the_same_file_fetches_and_shows_it_once(desk: MediaDesk) -> None:
    desk.server.files |= {"photo.jpg": PHOTO, "other.jpg": b"other"}
    message_id = await desk.say("photo.jpg")
    async with desk.running():
        await desk.ended(message_id)
        files = tuple(
            Attachment(filename=name, content_type="image/jpeg", size=0, reference=name)
            for name in ("photo.jpg", "other.jpg")
        )
        message = words("photo.jpg", "telegram:7")
        edit = replace(message, content=Content(text="краще", attachments=files))
        await desk.shop.take("bot", EditedMessage(external_id="photo.jpg", revision=1, message=edit))
        desk.queued.ring()
        async with asyncio.timeout(60):
            while len(await desk.files(message_id)) < 2:
                await asyncio.sleep(0.01)
        await desk.ended(message_id, 1)
    first, second = await desk.files(message_id)

    assert (first.sha256, second.sha256) == (SHA256, hashlib.sha256(b"other").hexdigest())
    assert desk.server.given == {"photo.jpg": 1, "other.jpg": 1}


async def test_a_large_file_takes_little_memory(desk: MediaDesk) -> None:
    desk.limits = replace(desk.limits, max_file_bytes=100_000_000)
    desk.server.files["film.mp4"] = PHOTO * 16
    message_id = await desk.say("film.mp4")
    tracemalloc.start()
    try:
        async with desk.running():
            assert (await desk.ended(message_id)).state is MediaState.STORED
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 8_000_000


async def test_the_log_holds_no_name_and_no_reference(desk: MediaDesk) -> None:
    desk.server.files["secret-name.jpg"] = PHOTO
    desk.server.bad("secret-name.jpg", Mood(status=500))
    message_id = await desk.say("secret-name.jpg")
    async with desk.running():
        await desk.tried(message_id, 1)
        desk.shop.clock += timedelta(minutes=1)
        await desk.ended(message_id)

    assert desk.log.lines
    assert not [line for line in desk.log.lines if "secret-name" in line or desk.server.url in line]
