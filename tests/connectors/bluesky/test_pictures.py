"""Pictures go up before a post and then with its last words; other files are refused, in private all of them."""

import hashlib
from dataclasses import replace

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.bluesky import send as sending
from connectors.bluesky.client import Unclear
from connectors.bluesky.pictures import file_rules
from tests.connectors.bluesky import vectors as v
from tests.connectors.bluesky.conftest import Desk
from tests.servers.bluesky import HANDLE, ME

DID = v.IRYNA["did"]
UPLOAD = "com.atproto.repo.uploadBlob"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_AGAIN_S", 0.0)


@pytest.fixture
def message(desk: Desk) -> Outbound:
    uri = desk.server.mention(v.IRYNA, "де?")
    return Outbound(id=1, to=DID, text="ось", conversation_key=uri, in_reply_to=uri, attachments=(picture(),))


def picture(content: bytes = b"\x89PNG", content_type: str = "image/png") -> OutgoingFile:
    return OutgoingFile(filename="чек.png", content_type=content_type, size=len(content), sha256="", content=content)


def shown(desk: Desk) -> list[tuple[str, list[str]]]:
    """Each post that was written, and the digests of its pictures."""
    return [
        (
            one["record"]["text"],
            [part["image"]["ref"]["$link"] for part in one["record"].get("embed", {}).get("images", [])],
        )
        for one in desk.server.written
    ]


def link(content: bytes) -> str:
    return f"bafkrei{hashlib.sha256(content).hexdigest()[:52]}"


async def test_picture_goes_with_the_words_as_the_server_named_it(desk: Desk, message: Outbound) -> None:
    await desk.connector().send(message)

    [written] = desk.server.written
    blob = {"$type": "blob", "ref": {"$link": link(b"\x89PNG")}, "mimeType": "image/png", "size": 4}
    assert written["record"]["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [{"alt": "", "image": blob}],
    }


async def test_pictures_go_with_the_last_of_several_posts_in_their_order(desk: Desk, message: Outbound) -> None:
    pictures = [bytes([number]) for number in range(4)]
    text = "слово " * 80
    receipt = await desk.connector().send(
        replace(message, text=text, attachments=tuple(picture(one) for one in pictures))
    )

    (_, first), (_, last) = shown(desk)
    assert (first, last) == ([], [link(one) for one in pictures])
    assert desk.server.written[1]["record"]["reply"]["parent"]["uri"] == receipt.external_id


async def test_lost_answers_post_nothing_twice(desk: Desk, message: Outbound) -> None:
    connector = desk.connector()
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await connector.send(message)
    desk.server.drops_answers = False
    desk.server.lost.add(UPLOAD)
    with pytest.raises(Unavailable, match="can't be uploaded"):
        await connector.send(message)
    await connector.send(message)

    assert shown(desk) == [("ось", [link(b"\x89PNG")])]


async def test_ended_session_is_renewed_between_the_pictures(desk: Desk, message: Outbound) -> None:
    connector = desk.connector()
    await connector.send(message)
    desk.server.session += 1
    await connector.send(replace(message, id=2, attachments=(picture(b"2"),)))

    assert [links for _, links in shown(desk)] == [[link(b"\x89PNG")], [link(b"2")]]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((picture(content_type="application/pdf"),), "file 1 is application/pdf: only image/jpeg, image/png"),
        ((picture(content_type="video/mp4"),), "video/mp4"),
        ((picture(),) * 5, "at most 4 files"),
        ((picture(bytes(2_000_001)),), "larger than the 2000000 bytes"),
    ],
)
async def test_what_posts_do_not_take_is_told_before_and_rejected(
    desk: Desk, message: Outbound, files: tuple[OutgoingFile, ...], sentence: str
) -> None:
    assert sentence in file_rules(desk.config(), message.conversation_key).refusal(files)
    with pytest.raises(Rejected, match=sentence):
        await desk.connector().send(replace(message, attachments=files))

    assert (desk.server.written, desk.server.blobs) == ([], {})


async def test_direct_messages_take_no_files(desk: Desk, message: Outbound) -> None:
    desk.server.convos[v.CONVO] = [{"did": ME, "handle": HANDLE}, v.IRYNA]
    direct = replace(message, conversation_key=f"dm:{v.CONVO}")
    with pytest.raises(Rejected, match="no files in direct messages"):
        await desk.connector().send(direct)

    assert not desk.server.direct
    assert file_rules(desk.config(), direct.conversation_key).types == {}


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((400, "BlobTooLarge", "This file is too large"), Rejected),
        ((400, "InvalidToken", "Bad token scope"), AuthFailed),
        ((502, "UpstreamFailure", ""), Unavailable),
    ],
)
async def test_refused_pictures_are_told_apart_and_nothing_is_posted(
    desk: Desk, message: Outbound, refusal: tuple[int, str, str], failure: type[Exception]
) -> None:
    desk.server.refusals[UPLOAD] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(message)

    assert type(raised.value) is failure
    assert not desk.server.written
