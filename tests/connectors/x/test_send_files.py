"""Answers with files: uploaded in segments where nobody sees them, then sent in private or in public."""

from typing import Any

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.x import uploads
from connectors.x.plugin import plugin
from tests.connectors.x.conftest import Desk
from tests.connectors.x.vectors import IRYNA, POST_ID

PUBLIC = {"conversation_key": f"{POST_ID}#{IRYNA}", "in_reply_to": f"post:{POST_ID}"}
FIRST = "1880028106020515840"
SECOND = "1880028106020515841"


def file(kind: str = "image/png", content: bytes = b"p", size: int = 0) -> OutgoingFile:
    return OutgoingFile(filename="a", content_type=kind, size=size or len(content), sha256="", content=content)


def answer(*files: OutgoingFile, text: str = "Вже їде", **changes: Any) -> Outbound:
    return Outbound(**{"id": 1, "to": IRYNA, "text": text, "conversation_key": IRYNA, "attachments": files, **changes})


async def test_file_goes_with_the_direct_message_in_the_name_of_the_account(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(file()))

    assert desk.server.sent == [{"text": "Вже їде", "attachments": [{"media_id": FIRST}]}]
    assert all(proof.startswith("OAuth ") for _, _, proof in desk.server.calls)
    assert receipt.external_id.startswith("dm:2080")


@pytest.mark.parametrize(
    ("kind", "category"),
    [("image/png", "dm_image"), ("Image/WEBP; a=b", "dm_image"), ("image/gif", "dm_gif"), ("video/mp4", "dm_video")],
)
async def test_category_says_what_the_file_is_for(desk: Desk, kind: str, category: str) -> None:
    await desk.connector().send(answer(file(kind)))
    [upload] = desk.server.uploads.values()

    assert (upload.category, upload.total_bytes) == (category, 1)


async def test_large_file_goes_in_segments(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SEGMENT_BYTES", 4)
    await desk.connector().send(answer(file("video/mp4", b"0123456789")))

    [upload] = desk.server.uploads.values()
    assert upload.segments == [b"0123", b"4567", b"89"]


async def test_segment_may_be_answered_without_words(desk: Desk) -> None:
    desk.server.is_terse = True
    await desk.connector().send(answer(file()))

    assert len(desk.server.sent) == 1


async def test_each_further_file_is_a_message_of_its_own(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(file(), file("image/gif"), text="слово " * 2000))
    first, second, third = desk.server.sent

    assert ("attachments" in first, "text" in third) == (False, False)
    assert (second["attachments"], third["attachments"]) == ([{"media_id": FIRST}], [{"media_id": SECOND}])
    assert len(set(receipt.parts) - {""}) == 3


async def test_public_answer_shows_its_pictures(desk: Desk) -> None:
    await desk.connector().send(answer(file(), file("image/jpeg"), **PUBLIC))

    [sent] = desk.server.sent
    assert sent["media"] == {"media_ids": [FIRST, SECOND]}
    assert {upload.category for upload in desk.server.uploads.values()} == {"tweet_image"}


@pytest.mark.parametrize(
    ("files", "place", "why"),
    [
        ((file("application/pdf"),), {}, "file 1 is application/pdf: only image/jpeg"),
        ((file(), file(size=5 * 2**20 + 1)), {}, "file 2 is larger than the 5 MiB"),
        ((file("video/mp4"),), PUBLIC, "file 1 is video/mp4: only image/jpeg"),
        ((file(),) * 5, PUBLIC, "at most 4 files"),
    ],
)
async def test_what_x_never_takes_is_refused_before_x_is_asked(
    desk: Desk, files: tuple[OutgoingFile, ...], place: dict[str, str], why: str
) -> None:
    message = answer(*files, **place)
    with pytest.raises(Rejected, match=why):
        await desk.connector().send(message)

    assert not desk.server.calls
    assert why in plugin.file_rules(None, message.conversation_key).refusal(files)


async def test_too_long_public_answer_uploads_nothing(desk: Desk) -> None:
    with pytest.raises(Rejected, match="280"):
        await desk.connector().send(answer(file(), text="я" * 281, **PUBLIC))

    assert not desk.server.calls


async def test_film_is_sent_when_x_has_worked_on_it(desk: Desk) -> None:
    desk.server.states = [
        {"state": "pending", "check_after_secs": 0},
        {"state": "in_progress", "check_after_secs": 0, "progress_percent": 50},
        {"state": "succeeded", "progress_percent": 100},
    ]
    await desk.connector().send(answer(file("video/mp4")))

    assert (len(desk.server.sent), desk.server.states) == (1, [])


async def test_film_that_x_cannot_use_is_rejected(desk: Desk) -> None:
    desk.server.states = [{"state": "failed", "error": {"code": 1, "message": "InvalidMedia"}}]
    with pytest.raises(Rejected, match="InvalidMedia"):
        await desk.connector().send(answer(file("video/mp4")))

    assert not desk.server.sent


async def test_film_that_x_works_on_for_long_is_tried_again_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE_S", 0.5)
    desk.server.states = [{"state": "pending", "check_after_secs": 5}]
    with pytest.raises(Unavailable, match="still working") as raised:
        await desk.connector().send(answer(file("video/mp4")))

    assert raised.value.retry_after_s == uploads.LATER_S
    assert not desk.server.sent


@pytest.mark.parametrize(
    "fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED, Fault.SERVER_ERROR, Fault.RATE_LIMITED]
)
async def test_upload_that_fails_can_be_tried_again(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.fails_segment = fault
    with pytest.raises(Unavailable):
        await connector.send(answer(file()))
    desk.server.fails_segment = None
    await connector.send(answer(file()))

    assert desk.server.sent == [{"text": "Вже їде", "attachments": [{"media_id": SECOND}]}]


@pytest.mark.parametrize(("status", "failure"), [(401, AuthFailed), (400, Rejected), (402, Unavailable)])
async def test_refusals_of_a_file_are_told_apart(desk: Desk, status: int, failure: type[Exception]) -> None:
    desk.server.refusals["media/upload/initialize"] = (status, "why")
    with pytest.raises(failure):
        await desk.connector().send(answer(file()))


async def test_second_file_that_is_refused_leaves_it_partly_sent(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(answer(file(), file()))


async def test_file_that_may_have_been_sent_is_not_sent_again(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.drops_answers = True
    with pytest.raises(Exception, match="no answer") as raised:
        await connector.send(answer(file()))

    assert not isinstance(raised.value, Unavailable | Rejected)
    assert len(desk.server.sent) == 1
