"""Answers with files: each shown as what it is, in order, below the words or with them."""

import pytest
from telegram import Bot
from telegram.error import NetworkError, TelegramError

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import BadDay, Fault
from connectors.telegram.plugin import plugin
from connectors.telegram.request import BotRequest
from connectors.telegram.uploads import MAX_PHOTO_BYTES, method
from tests.connectors.telegram.conftest import Desk
from tests.servers.telegram import TOKEN, ApiError, Uploaded


def file(name: str = "чек.pdf", kind: str = "application/pdf", content: bytes = b"d") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=len(content), sha256="", content=content)


PICTURE = file("лампа.png", "image/png", b"p")
RECEIPT = file()


def answer(*files: OutgoingFile, text: str = "Вже їде", key: str = "5", in_reply_to: str = "") -> Outbound:
    return Outbound(id=1, to="5", text=text, conversation_key=key, in_reply_to=in_reply_to, attachments=files)


@pytest.mark.parametrize(
    ("given", "way"),
    [
        (PICTURE, "photo"),
        (file(kind="image/jpeg; q=1", content=b"x" * MAX_PHOTO_BYTES), "photo"),
        (file(kind="image/jpeg", content=b"x" * (MAX_PHOTO_BYTES + 1)), "document"),
        (file(kind="image/webp"), "document"),
        (file(kind="video/mp4"), "video"),
        (file(kind="audio/mpeg"), "audio"),
        (file(kind="audio/ogg"), "voice"),
        (RECEIPT, "document"),
        (file(kind=""), "document"),
    ],
)
def test_file_is_shown_as_what_it_is(given: OutgoingFile, way: str) -> None:
    assert method(given) == way


async def test_words_stand_below_the_only_file_as_a_reply(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(PICTURE, in_reply_to="5:5521"))
    [sent] = desk.server.sent

    assert (sent.method, sent.text) == ("sendphoto", "Вже їде")
    assert sent.file == Uploaded("лампа.png", "image/png", b"p")
    assert '"message_id": 5521' in sent.fields["reply_parameters"]
    assert receipt.external_id == "5:5522"


async def test_several_files_come_after_the_words_in_their_order_and_only_the_words_reply(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(RECEIPT, PICTURE, in_reply_to="5:1"))

    assert [(sent.method, sent.text) for sent in desk.server.sent] == [
        ("sendmessage", "Вже їде"),
        ("senddocument", ""),
        ("sendphoto", ""),
    ]
    assert ["reply_parameters" in sent.fields for sent in desk.server.sent] == [True, False, False]
    assert receipt.external_id == "5:5522"


@pytest.mark.parametrize(("text", "methods"), [("ж" * 1024, 1), ("ж" * 1025, 2), ("😀" * 513, 2), ("", 1)])
async def test_words_too_long_for_a_caption_go_before_the_file(desk: Desk, text: str, methods: int) -> None:
    await desk.connector().send(answer(PICTURE, text=text))

    assert len(desk.server.sent) == methods
    assert desk.server.sent[-1].method == "sendphoto"
    assert "".join(sent.text for sent in desk.server.sent) == text


async def test_files_go_into_the_topic_and_through_the_business_account(desk: Desk) -> None:
    await desk.connector().send(answer(RECEIPT, key="-100123/77"))
    await desk.connector().send(answer(RECEIPT, key="5@bc1"))
    topic, business = desk.server.sent

    assert (topic.fields["chat_id"], topic.fields["message_thread_id"]) == ("-100123", "77")
    assert (business.fields["chat_id"], business.fields["business_connection_id"]) == ("5", "bc1")


@pytest.mark.parametrize(
    ("kind", "way", "why"),
    [
        ("image/png", "sendphoto", "PHOTO_INVALID_DIMENSIONS"),
        ("image/png", "sendphoto", "IMAGE_PROCESS_FAILED"),
        ("audio/ogg", "sendvoice", "VOICE_MESSAGES_FORBIDDEN"),
    ],
)
async def test_what_telegram_will_not_show_goes_as_a_document(desk: Desk, kind: str, way: str, why: str) -> None:
    desk.server.refusals[way] = ApiError(400, f"Bad Request: {why}")
    await desk.connector().send(answer(file("a", kind, b"p"), in_reply_to="5:1"))
    [sent] = desk.server.sent

    assert (sent.method, sent.text, sent.file.content) == ("senddocument", "Вже їде", b"p")
    assert "reply_parameters" in sent.fields


@pytest.mark.parametrize("why", ["Chat not found", "Not enough rights to send photos to the chat"])
async def test_other_refusals_are_no_reason_to_try_again(desk: Desk, why: str) -> None:
    desk.server.refusals["sendphoto"] = ApiError(400, f"Bad Request: {why}")
    with pytest.raises(Rejected, match=why):
        await desk.connector().send(answer(PICTURE))

    assert not desk.server.sent


async def test_too_large_file_is_refused_before_anything_is_sent(desk: Desk) -> None:
    huge = OutgoingFile(filename="a.zip", content_type="application/zip", size=50 * 2**20 + 1, sha256="")
    with pytest.raises(Rejected, match="larger than the 50 MiB"):
        await desk.connector().send(answer(RECEIPT, huge))

    assert not desk.server.calls
    assert plugin.file_rules(None, "5").refusal((huge,))


async def test_file_whose_answer_got_lost_is_uncertain(desk: Desk) -> None:
    desk.server.drops_answers_of.add("senddocument")
    with pytest.raises(TelegramError) as failure:
        await desk.connector().send(answer(RECEIPT))

    assert not isinstance(failure.value, Unavailable | Rejected)
    assert len(desk.server.sent) == 1


async def test_flood_before_the_only_file_is_unavailable(desk: Desk) -> None:
    desk.server.floods["senddocument"] = 11
    with pytest.raises(Unavailable) as failure:
        await desk.connector().send(answer(RECEIPT))

    assert failure.value.retry_after_s == 11


async def test_document_that_is_refused_is_not_asked_for_again(desk: Desk) -> None:
    desk.server.refusals["senddocument"] = ApiError(400, "Bad Request: VIDEO_FILE_INVALID")
    with pytest.raises(Rejected):
        await desk.connector().send(answer(RECEIPT))

    assert len(desk.server.calls) == 1


async def test_file_that_is_refused_after_the_words_leaves_it_partly_sent(desk: Desk) -> None:
    desk.server.refusals["senddocument"] = ApiError(400, "Bad Request: file is empty")
    with pytest.raises(PartlySent, match="1 of 3 parts"):
        await desk.connector().send(answer(RECEIPT, PICTURE))

    assert [sent.method for sent in desk.server.sent] == ["sendmessage"]


async def test_group_that_moves_while_a_file_is_sent_gets_the_whole_file(desk: Desk) -> None:
    desk.server.moved[-5] = -1005
    receipt = await desk.connector().send(answer(RECEIPT, key="-5"))
    [sent] = desk.server.sent

    assert (sent.fields["chat_id"], sent.file.content) == ("-1005", b"d")
    assert receipt.external_id.startswith("-1005:")


async def test_upload_may_take_longer_than_other_requests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.telegram.request.CONNECT_TIMEOUT_S", 0.05)
    request = BotRequest(desk.http, timeout_s=0.05)
    bot = Bot(TOKEN, base_url=f"{desk.server.url}/bot", request=request, get_updates_request=request)
    desk.server.have(BadDay(seed=1, share=1.0, faults=(Fault.SLOW,), slow_s=0.3))
    with pytest.raises(NetworkError):
        await bot.send_message(5, "a")
    await bot.send_document(5, b"d")

    assert desk.server.sent[-1].method == "senddocument"
