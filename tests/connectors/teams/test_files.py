"""Pictures go inside of messages, the first with the last words; other files by links that a customer can follow."""

import base64
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import PartlySent
from connectors.teams.files import MAX_PICTURE_BYTES
from connectors.teams.send import MAX_BYTES
from tests.connectors.teams import vectors as v
from tests.connectors.teams.conftest import Desk


def picture(content: bytes = b"\x89PNG", content_type: str = "image/png") -> OutgoingFile:
    return OutgoingFile(filename="чек.png", content_type=content_type, size=len(content), sha256="", content=content)


ANSWER = Outbound(id=1, to=v.OLENA, text="Ось", conversation_key=v.CHANNEL, in_reply_to=v.ID, attachments=(picture(),))


@pytest.fixture
def known(desk: Desk) -> Desk:
    """Something came from the conversation before."""
    desk.hub.cursors[f"service:{v.CHANNEL}"] = desk.server.service
    return desk


def pictures(message: dict[str, Any]) -> list[bytes]:
    """What a message shows, as its data address holds it."""
    found = []
    for one in message.get("attachments", []):
        head, _, data = one["contentUrl"].partition(",")
        assert head == f"data:{one['contentType']};base64"
        found.append(base64.b64decode(data, validate=True))
    return found


async def test_picture_goes_in_one_message_with_the_words(known: Desk) -> None:
    receipt = await known.connector().send(ANSWER)

    [sent] = known.server.sent
    assert sent["attachments"] == [
        {"contentType": "image/png", "contentUrl": "data:image/png;base64,iVBORw==", "name": "чек.png"}
    ]
    assert (sent["text"], sent["replyToId"]) == ("Ось", v.ID)
    assert receipt.external_id.startswith(f"{v.CHANNEL}:")


async def test_further_pictures_follow_one_by_one_after_the_last_words(known: Desk) -> None:
    long = replace(
        ANSWER, text="ї" * (MAX_BYTES // 4 + 1), attachments=tuple(picture(one) for one in (b"\xfb\xef\xff", b"2"))
    )
    await known.connector().send(long)

    assert [(len(one.get("text", "")), pictures(one)) for one in known.server.sent] == [
        (MAX_BYTES // 4, []),
        (1, [b"\xfb\xef\xff"]),
        (0, [b"2"]),
    ]
    assert all(one["replyToId"] == v.ID for one in known.server.sent)


@pytest.mark.parametrize(
    "file",
    [
        picture(b"%PDF", content_type="application/pdf"),
        picture(content_type="image/webp"),
        picture(bytes(MAX_PICTURE_BYTES + 1)),
    ],
)
async def test_what_a_message_does_not_hold_goes_by_a_link_in_its_place(known: Desk, file: OutgoingFile) -> None:
    await known.connector().send(replace(ANSWER, attachments=(file, picture())))

    words, linked, shown = known.server.sent
    name, _, address = linked["text"].partition("\n")
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        fetched = await answer.read()
    assert (words["text"], name, linked["textFormat"]) == ("Ось", "чек.png", "plain")
    assert fetched == file.content
    assert pictures(shown) == [b"\x89PNG"]


async def test_files_wait_for_an_address_that_the_world_reaches(known: Desk) -> None:
    connector = known.connector(login_url="https://login.example")
    with pytest.raises(Rejected, match="public_url"):
        await connector.send(ANSWER)

    assert known.server.requests == 0


async def test_refusal_of_a_later_picture_leaves_open_what_arrived(known: Desk) -> None:
    known.server.max_sent = 1
    with pytest.raises(PartlySent, match="1 of 2 parts were sent"):
        await known.connector().send(replace(ANSWER, attachments=(picture(), picture())))
