"""Answers with files: uploaded where nobody sees them, then one with each message."""

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.max.client import LATER_S
from tests.connectors.max.conftest import Desk
from tests.connectors.max.vectors import GROUP, MARIA, MID
from tests.servers.max import mid


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.max.send.PAUSES_S", (0.0, 0.0))


def file(name: str, kind: str, content: bytes) -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=len(content), sha256="", content=content)


PICTURE = file("лампа.png", "image/png", b"p")
RECEIPT = file("чек.pdf", "application/pdf", b"d")
VIDEO = file("a.mp4", "video/mp4", b"v")


def answer(*files: OutgoingFile, text: str = "Уже едет", **changes: str) -> Outbound:
    given = {"to": str(MARIA), "conversation_key": str(MARIA), **changes}
    return Outbound(id=1, text=text, attachments=files, **given)  # type: ignore[arg-type]


async def test_file_goes_with_the_words(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(PICTURE))

    assert desk.server.uploads == {"image-token-1": ("image", "лампа.png", b"p")}
    attached = [{"type": "image", "payload": {"token": "image-token-1"}}]
    assert desk.server.sent == [{"text": "Уже едет", "attachments": attached, "user_id": str(MARIA)}]
    assert receipt.external_id == mid(1)


async def test_each_further_file_is_a_message_of_its_own_in_their_order(desk: Desk) -> None:
    files = (RECEIPT, VIDEO, file("a.mp3", "Audio/MPEG; x=1", b"a"))
    receipt = await desk.connector().send(answer(*files, text="слово " * 1000))

    assert [kind for kind, _, _ in desk.server.uploads.values()] == ["file", "video", "audio"]
    assert [(bool(one.get("text")), len(one.get("attachments", ()))) for one in desk.server.sent] == [
        (True, 0),
        (True, 1),
        (False, 1),
        (False, 1),
    ]
    tokens = [one["attachments"][0]["payload"]["token"] for one in desk.server.sent[1:]]
    assert tokens == list(desk.server.uploads)
    assert receipt.external_id == mid(4)


async def test_file_needs_no_words_and_answers_in_a_group_below_the_message(desk: Desk) -> None:
    await desk.connector().send(answer(PICTURE, RECEIPT, text="", conversation_key=f"chat:{GROUP}", in_reply_to=MID))
    first, second = desk.server.sent

    assert "text" not in first
    assert first["link"] == {"type": "reply", "mid": MID}
    assert "link" not in second


async def test_what_max_does_not_take_as_a_picture_goes_to_download(desk: Desk) -> None:
    desk.server.refuses_kinds = frozenset({"image"})
    await desk.connector().send(answer(PICTURE))

    [sent] = desk.server.sent
    assert sent["attachments"][0]["type"] == "file"


@pytest.mark.parametrize("given", [PICTURE, RECEIPT, VIDEO])
async def test_file_that_max_does_not_take_at_all_is_rejected_and_nothing_is_sent(
    desk: Desk, given: OutgoingFile
) -> None:
    desk.server.refuses_kinds = frozenset({"image", "video", "file"})
    with pytest.raises(Rejected, match="doesn't take"):
        await desk.connector().send(answer(RECEIPT, given))

    assert not desk.server.sent


async def test_message_waits_until_its_file_has_been_looked_at(desk: Desk) -> None:
    desk.server.looks_at = 2
    await desk.connector().send(answer(VIDEO))

    assert len(desk.server.sent) == 1


async def test_file_that_is_looked_at_for_long_is_tried_again_later(desk: Desk) -> None:
    desk.server.looks_at = 3
    with pytest.raises(Unavailable) as raised:
        await desk.connector().send(answer(VIDEO))

    assert raised.value.retry_after_s == LATER_S
    assert not desk.server.sent


async def test_file_that_is_looked_at_for_long_after_the_words_is_not_repeated(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.looks_at = 3
    with pytest.raises(PartlySent, match="1 of 2"):
        await connector.send(answer(VIDEO, text="слово " * 1000))

    assert [bool(one.get("attachments")) for one in desk.server.sent] == [False]


@pytest.mark.parametrize(
    "fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED, Fault.SERVER_ERROR, Fault.RATE_LIMITED]
)
async def test_upload_that_fails_can_be_tried_again(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.befall(fault)
    with pytest.raises(Unavailable):
        await connector.send(answer(RECEIPT))

    assert not desk.server.sent


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RATE_LIMITED, Fault.RESET_BEFORE, Fault.HTML_OK])
async def test_server_for_files_may_fail_too(desk: Desk, fault: Fault) -> None:
    desk.server.fails_uploads = fault
    with pytest.raises(Unavailable):
        await desk.connector().send(answer(RECEIPT))

    assert not desk.server.sent


async def test_token_that_is_refused_says_so(desk: Desk) -> None:
    desk.server.refusals["/uploads"] = (401, "verify.token", "Invalid access_token")
    with pytest.raises(AuthFailed):
        await desk.connector().send(answer(RECEIPT))


@pytest.mark.parametrize(
    "url",
    [
        "http://fu.oneme.ru/u",
        "https://oneme.ru.example/u",
        "https://evil-oneme.ru/u",
        "https://127.0.0.1/u",
        "https://[bad/u",
    ],
)
async def test_files_go_to_no_strange_address(desk: Desk, url: str) -> None:
    desk.server.upload_url = url
    with pytest.raises(Unavailable, match="isn't its own"):
        await desk.connector().send(answer(PICTURE))

    assert not desk.server.sent
