"""Files go up before anything is posted, and then with the last words; what the instance doesn't take is told."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.mastodon import send as sending
from connectors.mastodon import uploads
from connectors.mastodon.client import Unclear
from connectors.mastodon.limits import file_rules
from connectors.mastodon.send import MAX_PARTS
from connectors.mastodon.uploads import LOOKS, grouped
from tests.connectors.mastodon.conftest import Desk


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_AGAIN_S", 0.0)
    monkeypatch.setattr(uploads, "FIRST_LOOK_S", 0.0)


@pytest.fixture
def message(desk: Desk) -> Outbound:
    asked = desk.server.status_of(desk.server.mention(desk.server.account("14715", "iryna", "Ірина"), "де?"))
    return Outbound(
        id=1,
        to=asked["account"]["uri"],
        text="ось",
        conversation_key=f"public:{asked['id']}",
        in_reply_to=asked["id"],
        attachments=(file(),),
    )


def file(name: str = "чек.png", content_type: str = "image/png", content: bytes = b"\x89PNG") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=content_type, size=len(content), sha256="", content=content)


def with_files(desk: Desk) -> list[tuple[str, list[str]]]:
    """Each post that was taken, and the types of its files."""
    kept = desk.server.uploads.kept
    return [
        (one["status"].partition(" ")[2], [kept[number].content_type for number in one.get("media_ids", [])])
        for one in desk.server.sent
    ]


async def test_file_goes_with_the_words(desk: Desk, message: Outbound) -> None:
    await desk.connector().send(message)

    [upload] = desk.server.uploads.kept.values()
    assert (upload.name, upload.content) == ("чек.png", b"\x89PNG")
    assert with_files(desk) == [("ось", ["image/png"])]


async def test_file_is_posted_once_the_instance_has_worked_on_it(desk: Desk, message: Outbound) -> None:
    desk.server.uploads.looks = 3
    await desk.connector().send(message)

    assert with_files(desk) == [("ось", ["image/png"])]
    assert desk.server.uploads.asked == 3


async def test_file_that_is_never_ready_leaves_nothing_posted(desk: Desk, message: Outbound) -> None:
    desk.server.uploads.looks = LOOKS + 1
    with pytest.raises(Unavailable, match="still working"):
        await desk.connector().send(message)

    assert not desk.server.sent


async def test_pictures_share_the_last_words_and_videos_follow_alone(desk: Desk, message: Outbound) -> None:
    desk.server.max_characters = 200
    video = file("a.mp4", "video/mp4")
    receipt = await desk.connector().send(
        replace(message, text="слово " * 40, attachments=(file(), file(), video, file()))
    )

    assert [types for _, types in with_files(desk)] == [[], ["image/png"] * 2, ["video/mp4"], ["image/png"]]
    assert [one["in_reply_to_id"] for one in desk.server.sent][1] == receipt.external_id
    assert desk.server.sent[-1]["status"] == "@iryna@social.example"


async def test_lost_answer_posts_nothing_twice(desk: Desk, message: Outbound) -> None:
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await desk.connector().send(message)
    desk.server.drops_answers = False
    receipt = await desk.connector().send(message)

    assert len(desk.server.sent) == 1
    assert list(desk.server.taken.values()) == [receipt.external_id]


@pytest.mark.parametrize(
    ("limits", "files", "sentence"),
    [
        ({}, (file("a.pdf", "application/pdf"),), "file 1 is application/pdf"),
        ({}, (file(),) * 5, "at most 4 files"),
        ({"supported_mime_types": ["image/jpeg", "text/html"]}, (file(),), "only image/jpeg can be sent"),
        ({"image_size_limit": 3}, (file(),), "larger than the 3 bytes"),
        ({"image_size_limit": 3}, (file("a.mp4", "video/mp4"), file()), "file 2 is larger"),
        ({"video_size_limit": 3}, (file("a.mp3", "audio/mpeg"),), "larger than the 3 bytes"),
    ],
)
async def test_what_this_instance_does_not_take_is_rejected_before_anything_goes_up(
    desk: Desk, message: Outbound, limits: dict[str, Any], files: tuple[OutgoingFile, ...], sentence: str
) -> None:
    desk.server.media_limits = limits
    with pytest.raises(Rejected, match=sentence):
        await desk.connector().send(replace(message, attachments=files))

    assert not desk.server.uploads.kept
    assert not desk.server.sent


async def test_words_and_files_of_too_many_posts_are_rejected(desk: Desk, message: Outbound) -> None:
    videos = (file("a.mp4", "video/mp4"),) * 4
    with pytest.raises(Rejected, match=f"at most {MAX_PARTS} posts"):
        await desk.connector().send(replace(message, text="слово " * 160, attachments=videos))

    assert not desk.server.uploads.kept


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((422, "Validation failed: File content type is invalid"), Rejected),
        ((413, ""), Rejected),
        ((401, "The access token was revoked"), AuthFailed),
        ((503, ""), Unavailable),
    ],
)
async def test_refused_files_are_told_apart_and_nothing_is_posted(
    desk: Desk, message: Outbound, refusal: tuple[int, str], failure: type[Exception]
) -> None:
    desk.server.refusals["v2/media"] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(message)

    assert type(raised.value) is failure
    assert not desk.server.sent


def test_what_every_instance_refuses_is_told_before_an_answer_is_written(desk: Desk) -> None:
    rules = file_rules(desk.config(), "public:1")

    assert (rules.most, rules.refusal([file(), file("a.mp4", "video/mp4")])) == (4, "")
    assert "application/pdf" in rules.refusal([file("a.pdf", "application/pdf")])


def test_groups_keep_the_order() -> None:
    files = [file(str(number), kind) for number, kind in enumerate(["image/png"] * 3 + ["audio/ogg"] + ["image/gif"])]

    assert [[one.filename for one in group] for group in grouped(files, 2)] == [["0", "1"], ["2"], ["3"], ["4"]]
    assert grouped([], 4) == []
