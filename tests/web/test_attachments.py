"""Files that messages only named: shown with what became of them, listed, and fetched again by a person."""

import random
from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.inbound import Attachment, Content
from channelhub.domain.media import MediaReason, MediaState
from channelhub.domain.raw import RawMessage
from channelhub.domain.times import to_us
from channelhub.pipeline.process import process
from channelhub.store import media
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.web.pages.texts import TEXTS
from tests.pipeline.workshop import read_by_hand, words
from tests.web.conftest import BEGAN, BOOK, Hub
from tests.web.test_notices import call, open_page, press

PHOTO = random.Random(1).randbytes(700_000)


async def name(hub: Hub, *files: str, **more: Any) -> str:
    """Take in a message of the bot that names files; its id. `more` is of the message."""
    number = hub.store.writer.commits
    raw = RawMessage(account="bot", delivery_id=f"d{number}", body=b"x")
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="bot", received_at=BEGAN)
    (receipt,) = await hub.store.writer.deliver(delivery)
    named = tuple(Attachment(filename=f"{one}.jpg", content_type="image/jpeg", size=5, reference=one) for one in files)
    item = replace(words(f"m{number}", "telegram:7", **more), content=Content(text="фото", attachments=named))
    writer = hub.store.writer
    batch = [read_by_hand(receipt.inbox_id, raw, BEGAN, [item])]
    await writer.batch(lambda session: process(session, batch, BOOK, next_id=writer.take_id))
    return str(receipt.inbox_id * 1024)


async def settle(hub: Hub, message_id: str, n: int, state: MediaState, reason: MediaReason, detail: str = "") -> None:
    async def write(session: Session) -> None:
        item = await media.get(session, int(message_id), n)
        assert item is not None
        await media.settle(session, item, state=state, reason=reason, detail=detail, tries=3, at_us=to_us(BEGAN))

    await hub.store.writer.command(write)


async def store(hub: Hub, message_id: str, n: int, content: bytes) -> str:
    sha256 = hub.store.blobs.put(content)

    async def write(session: Session) -> None:
        item = await media.get(session, int(message_id), n)
        assert item is not None
        await media.store(session, item, sha256=sha256, size=len(content), at_us=to_us(BEGAN))

    await hub.store.writer.command(write)
    return sha256


async def test_a_message_says_how_it_stands_with_each_file(hub: Hub) -> None:
    message_id = await name(hub, "a", "b", "c")
    await settle(hub, message_id, 1, MediaState.FAILED, MediaReason.EXPIRED, "HTTP 404")
    sha256 = await store(hub, message_id, 2, PHOTO)
    _, shown = await call(hub, "GET", f"/messages/{message_id}")
    first, second, third = shown["attachments"]

    assert (first["status"], first["reason"], first["url"]) == ("pending", "", None)
    assert (second["status"], second["reason"], second["detail"]) == ("failed", "expired", "HTTP 404")
    assert (third["status"], third["sha256"], third["size"]) == ("stored", sha256, len(PHOTO))
    assert third["url"] == f"/api/v1/messages/{message_id}/attachments/2"


async def test_a_fetched_file_is_a_download_that_no_browser_shows(hub: Hub) -> None:
    message_id = await name(hub, "a")
    await store(hub, message_id, 0, PHOTO)
    async with hub.http.get(f"{hub.url}/api/v1/messages/{message_id}/attachments/0", headers=hub.admin()) as answer:
        content = await answer.read()

    assert (answer.status, content, answer.content_length) == (200, PHOTO, len(PHOTO))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a.jpg"')
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_damaged_file_is_not_given_out(hub: Hub) -> None:
    message_id = await name(hub, "a")
    sha256 = await store(hub, message_id, 0, PHOTO)
    hub.store.blobs.path(sha256).write_bytes(PHOTO[:-1] + b"!")
    status, _ = await call(hub, "GET", f"/messages/{message_id}/attachments/0")

    assert status == 503


async def test_the_timeline_counts_what_is_not_here(hub: Hub) -> None:
    message_id = await name(hub, "a", "b", "c")
    await settle(hub, message_id, 0, MediaState.FAILED, MediaReason.EXPIRED)
    await settle(hub, message_id, 1, MediaState.REFUSED, MediaReason.TOO_LARGE)
    _, card = await call(hub, "GET", "/customers/lookup?identity=telegram:7")
    (entry,) = card["timeline"]["items"]

    assert (entry["attachments"], entry["attachments_pending"], entry["attachments_missing"]) == (3, 1, 2)


async def test_an_albums_entry_counts_the_files_of_all_its_messages(hub: Hub) -> None:
    ids = [await name(hub, f"part{n}", album="holiday", album_place=n) for n in range(3)]
    await settle(hub, ids[2], 0, MediaState.FAILED, MediaReason.EXPIRED)
    _, card = await call(hub, "GET", "/customers/lookup?identity=telegram:7")
    (entry,) = card["timeline"]["items"]

    assert (entry["attachments"], entry["attachments_pending"], entry["attachments_missing"]) == (3, 2, 1)


async def test_what_is_not_here_is_listed_page_by_page(hub: Hub) -> None:
    ids = [await name(hub, "a", "b") for _ in range(3)]
    for one in ids:
        for n in (0, 1):
            await settle(hub, one, n, MediaState.FAILED, MediaReason.UNREACHABLE)
    found, after = [], ""
    while True:
        _, page = await call(hub, "GET", f"/attachments?limit=4&after={after}")
        found += [(one["message_id"], one["n"]) for one in page["items"]]
        if not (after := page["next"]):
            break

    assert found == [(one, n) for one in ids for n in (0, 1)]
    assert (await call(hub, "GET", "/attachments?account=shop"))[1]["items"] == []
    assert (await call(hub, "GET", "/attachments?status=refused"))[1]["items"] == []
    assert (await call(hub, "GET", "/attachments?after=x"))[0] == 422
    assert (await call(hub, "GET", f"/attachments?after={'9' * 19}.0"))[0] == 422


async def test_a_person_has_a_file_fetched_again(hub: Hub) -> None:
    message_id = await name(hub, "a")
    await settle(hub, message_id, 0, MediaState.REFUSED, MediaReason.TOO_LARGE)
    heard = hub.parts.acting.written.rings
    status, again = await call(hub, "POST", f"/messages/{message_id}/attachments/0/retry", role="agent")

    assert (status, again["status"], again["tries"], again["reason"]) == (202, "pending", 0, "")
    assert hub.parts.acting.written.rings > heard, "the worker is told"


async def test_a_file_of_before_there_was_fetching_can_be_had(hub: Hub) -> None:
    message_id = await name(hub, "a")
    await hub.store.writer.command(lambda session: media.remove(session, int(message_id)))
    _, shown = await call(hub, "GET", f"/messages/{message_id}")
    status, _ = await call(hub, "POST", f"/messages/{message_id}/attachments/0/retry")
    _, after = await call(hub, "GET", f"/messages/{message_id}")

    assert (shown["attachments"][0]["status"], shown["attachments"][0]["reason"]) == ("refused", "off")
    assert (status, after["attachments"][0]["status"]) == (202, "pending")


@pytest.mark.parametrize(("path", "status"), [("{id}/attachments/1", 404), ("7/attachments/0", 404)])
async def test_only_what_a_message_named_is_fetched(hub: Hub, path: str, status: int) -> None:
    message_id = await name(hub, "a")

    assert (await call(hub, "POST", f"/messages/{path.format(id=message_id)}/retry"))[0] == status


async def test_what_is_here_is_not_fetched_again(hub: Hub) -> None:
    message_id = await name(hub, "a")
    await store(hub, message_id, 0, PHOTO)

    assert (await call(hub, "POST", f"/messages/{message_id}/attachments/0/retry"))[0] == 409


async def test_the_page_shows_why_and_has_a_button(hub: Hub) -> None:
    message_id = await name(hub, "a", "b")
    await settle(hub, message_id, 0, MediaState.FAILED, MediaReason.EXPIRED)
    page = await open_page(hub, f"/messages/{message_id}", language="en")
    assert "the channel no longer has it" in page
    assert (page.count("Fetch again"), page.count("last try")) == (1, 0)

    await press(hub, f"/messages/{message_id}/attachments/0/retry")
    await settle(hub, message_id, 0, MediaState.PENDING, MediaReason.UNREACHABLE)
    page = await open_page(hub, f"/messages/{message_id}", language="en")
    assert "Fetch again" not in page
    assert "last try: the channel doesn’t answer" in page


@pytest.mark.parametrize("language", TEXTS)
def test_every_state_and_reason_has_its_words(language: str) -> None:
    wanted: list[Any] = [*MediaState, *(one for one in MediaReason if one)]

    assert [word for word in wanted if f"file_{word}" not in TEXTS[language]] == []
