"""Answers with files: uploaded where nobody knows of them, then named by messages that arrive once."""

from dataclasses import replace

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.testing import Fault
from connectors.matrix.client import Unclear
from connectors.matrix.uploads import msgtype
from tests.connectors.matrix import vectors as v
from tests.connectors.matrix.conftest import Desk

PICTURE = OutgoingFile(filename="лампа.png", content_type="image/png", size=1, sha256="", content=b"p")
RECEIPT = OutgoingFile(filename="чек.pdf", content_type="application/pdf", size=2, sha256="", content=b"dd")
ANSWER = Outbound(id=1, to=v.OLEH, text="Вже їде", conversation_key=v.ROOM, attachments=(PICTURE, RECEIPT))


@pytest.fixture(autouse=True)
def room(desk: Desk) -> None:
    desk.server.members[v.ROOM] = {v.ME: "Shop", v.OLEH: "Олег"}


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("image/png", "m.image"),
        ("video/mp4", "m.video"),
        ("audio/ogg", "m.audio"),
        ("application/pdf", "m.file"),
        ("image/svg+xml", "m.file"),
        ("text/html", "m.file"),
    ],
)
def test_file_is_shown_as_what_it_is(kind: str, shown: str) -> None:
    assert msgtype(kind) == shown


async def test_files_follow_the_words_and_the_receipt_names_the_first(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(ANSWER, in_reply_to="$asked"))
    words, picture, paper = [content for _, content in desk.server.sent]

    assert desk.server.uploads == [("лампа.png", "image/png", b"p"), ("чек.pdf", "application/pdf", b"dd")]
    assert (words["body"], words["m.relates_to"]) == ("Вже їде", {"m.in_reply_to": {"event_id": "$asked"}})
    assert picture == {
        "msgtype": "m.image",
        "body": "лампа.png",
        "filename": "лампа.png",
        "url": "mxc://shop.example/Up1",
        "info": {"mimetype": "image/png", "size": 1},
        "m.mentions": {"user_ids": [v.OLEH]},
        "channelhub.message": words["channelhub.message"],
    }
    assert (paper["msgtype"], paper["url"]) == ("m.file", "mxc://shop.example/Up2")
    assert receipt.external_id == desk.server.stream[0][1]["event_id"]


async def test_file_needs_no_words_and_stays_in_its_thread(desk: Desk) -> None:
    message = replace(ANSWER, text="", attachments=(PICTURE,), conversation_key=f"{v.ROOM} $root")
    await desk.connector().send(message)

    [(_, content)] = desk.server.sent
    assert (content["msgtype"], content["m.relates_to"]["event_id"]) == ("m.image", "$root")


@pytest.mark.parametrize("takes", [0, 1, 2])
async def test_what_was_limited_in_the_middle_goes_on_and_nothing_arrives_or_is_uploaded_twice(
    desk: Desk, takes: int
) -> None:
    connector = desk.connector()
    desk.server.takes = takes
    with pytest.raises(Unavailable):
        await connector.send(ANSWER)
    desk.server.takes = 1000
    await connector.send(ANSWER)

    assert [content["body"] for _, content in desk.server.sent] == ["Вже їде", "лампа.png", "чек.pdf"]
    assert [name for name, _, _ in desk.server.uploads] == ["лампа.png", "чек.pdf"]


async def test_restart_in_the_middle_sends_nothing_twice(desk: Desk) -> None:
    desk.server.takes = 2
    with pytest.raises(Unavailable):
        await desk.connector().send(ANSWER)
    desk.server.takes = 1000
    await desk.connector().send(ANSWER)

    assert [content["body"] for _, content in desk.server.sent] == ["Вже їде", "лампа.png", "чек.pdf"]


async def test_another_message_with_the_same_file_uploads_its_own(desk: Desk) -> None:
    connector = desk.connector()
    for number in (1, 2):
        await connector.send(replace(ANSWER, id=number, attachments=(PICTURE,)))

    assert len(desk.server.uploads) == 2


async def test_larger_file_than_the_homeserver_takes_is_refused_before_anything_is_sent(desk: Desk) -> None:
    desk.server.upload_size = 1
    with pytest.raises(Rejected, match=r"file 2 is larger than .* that the homeserver takes"):
        await desk.connector().send(ANSWER)

    assert (desk.server.sent, desk.server.uploads) == ([], [])


async def test_homeserver_that_does_not_say_how_much_it_takes_is_sent_files(desk: Desk) -> None:
    desk.server.upload_size = None
    await desk.connector().send(ANSWER)

    assert len(desk.server.uploads) == 2


async def test_words_alone_ask_nothing_about_files(desk: Desk) -> None:
    desk.server.upload_refusal = (403, "M_FORBIDDEN")
    await desk.connector().send(replace(ANSWER, attachments=()))

    assert len(desk.server.sent) == 1


async def test_nothing_is_uploaded_for_an_encrypted_room_or_who_left(desk: Desk) -> None:
    desk.server.encrypted.add(v.ROOM)
    with pytest.raises(Rejected, match="answers_encrypted_rooms"):
        await desk.connector().send(ANSWER)
    desk.server.encrypted.clear()
    del desk.server.members[v.ROOM][v.OLEH]
    with pytest.raises(Rejected, match="no longer in this room"):
        await desk.connector().send(ANSWER)

    assert not desk.server.uploads


async def test_encrypted_room_gets_files_where_it_gets_words(desk: Desk) -> None:
    desk.server.encrypted.add(v.ROOM)
    await desk.connector(answers_encrypted_rooms=True).send(ANSWER)

    assert len(desk.server.sent) == 3


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((403, "M_FORBIDDEN"), Rejected),
        ((413, "M_TOO_LARGE"), Rejected),
        ((413, ""), Rejected),
        ((401, "M_UNKNOWN_TOKEN"), AuthFailed),
        ((500, "M_UNKNOWN"), Unavailable),
    ],
)
async def test_refusals_of_a_file_are_told_apart(
    desk: Desk, refusal: tuple[int, str], failure: type[Exception]
) -> None:
    desk.server.upload_refusal = refusal
    with pytest.raises(failure):
        await desk.connector().send(replace(ANSWER, text="", attachments=(PICTURE,)))

    assert not desk.server.sent


@pytest.mark.parametrize(
    "fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED, Fault.SERVER_ERROR, Fault.RATE_LIMITED]
)
async def test_upload_that_fails_is_tried_again(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.fails_uploads = fault
    with pytest.raises(Unavailable):
        await connector.send(ANSWER)
    desk.server.fails_uploads = None
    await connector.send(ANSWER)

    assert [content["body"] for _, content in desk.server.sent] == ["Вже їде", "лампа.png", "чек.pdf"]


async def test_file_whose_answer_got_lost_is_asked_for_again_and_arrives_once(desk: Desk) -> None:
    connector = desk.connector()
    message = replace(ANSWER, text="", attachments=(PICTURE,))
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await connector.send(message)
    desk.server.drops_answers = False
    receipt = await connector.send(message)

    assert len(desk.server.sent) == 1
    assert receipt.external_id == desk.server.stream[0][1]["event_id"]
