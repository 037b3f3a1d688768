"""Files of answers: fetched from us at their addresses, shown as what LINE can show, otherwise linked."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Rejected
from channelhub.sdk.file_addresses import PREVIEW_PATH
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.line.client import Unclear
from connectors.line.config import LineConfig
from connectors.line.duration import duration_ms
from connectors.line.files import MAX_PREVIEW_BYTES
from connectors.line.plugin import plugin
from connectors.line.send import MAX_MESSAGES, MAX_UNITS, retry_key
from tests.connectors.line.conftest import Desk
from tests.connectors.line.vectors import HANA


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def sound(*, scale: int = 1000, units: int = 2500) -> bytes:
    """A sound without any sound in it."""
    header = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, scale, units) + bytes(80))
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"free", b"") + box(b"moov", box(b"udta", b"") + header)


def file(name: str, kind: str, content: bytes = b"abc") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=len(content), sha256="ab" * 32, content=content)


PHOTO = file("a.jpg", "image/jpeg")
FILM = file("b.mp4", "video/mp4")
VOICE = file("c.m4a", "audio/x-m4a", sound())
PAPER = file("Рахунок.pdf", "application/pdf")
ANSWER = Outbound(id=1, to=HANA, text="明日です", conversation_key=HANA)


def with_files(*files: OutgoingFile, text: str = ANSWER.text) -> Outbound:
    return replace(ANSWER, text=text, attachments=files)


async def test_files_follow_the_words_in_one_push_each_as_what_it_is(desk: Desk) -> None:
    await desk.connector().send(with_files(PHOTO, FILM, VOICE, PAPER))

    [asked] = desk.server.sent
    words, photo, film, voice, paper = asked["messages"]
    base = desk.hub.url("x").removesuffix("/hooks/x")
    assert words == {"type": "text", "text": ANSWER.text}
    assert photo == {
        "type": "image", "originalContentUrl": f"{base}/files/0/a.jpg", "previewImageUrl": f"{base}/files/0/a.jpg",
    }  # fmt: skip
    assert film == {
        "type": "video", "originalContentUrl": f"{base}/files/1/b.mp4", "previewImageUrl": base + PREVIEW_PATH,
    }  # fmt: skip
    assert voice == {"type": "audio", "originalContentUrl": f"{base}/files/2/c.m4a", "duration": 2500}
    assert paper == {"type": "text", "text": f"Рахунок.pdf\n{base}/files/3/file.pdf"}
    assert desk.server.fetched == [("image/jpeg", b"abc"), ("video/mp4", b"abc")]


async def test_large_picture_has_a_preview_of_ours_and_a_larger_one_is_linked(desk: Desk) -> None:
    large = file("a.png", "image/png", bytes(MAX_PREVIEW_BYTES + 1))
    huge = file("b.png", "image/png", bytes(10_000_001))
    await desk.connector().send(with_files(large, huge, text=""))

    [asked] = desk.server.sent
    assert [one["type"] for one in asked["messages"]] == ["image", "text"]
    assert asked["messages"][0]["previewImageUrl"].endswith(PREVIEW_PATH)


@pytest.mark.parametrize(
    "other", [file("a.gif", "image/gif"), file("a.mp3", "audio/mpeg"), file("a.m4a", "audio/mp4", b"no sound"), PAPER]
)
async def test_what_line_does_not_show_is_linked(desk: Desk, other: OutgoingFile) -> None:
    await desk.connector().send(with_files(other, text=""))

    [asked] = desk.server.sent
    [message] = asked["messages"]
    assert message["type"] == "text"
    assert message["text"].startswith(f"{other.filename}\nhttp")


async def test_many_files_go_in_several_pushes_and_a_repetition_sends_what_is_missing_only(desk: Desk) -> None:
    connector, message = desk.connector(), with_files(*[PHOTO] * 7)
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await connector.send(message)
    desk.server.drops_answers = False
    receipt = await connector.send(message)

    assert [len(one["messages"]) for one in desk.server.sent] == [MAX_MESSAGES, 3]
    assert receipt.external_id == desk.server.taken[retry_key("line", message)][0]["id"]


async def test_long_words_and_files_are_too_much_for_one_push_and_go_in_two(desk: Desk) -> None:
    await desk.connector().send(with_files(PHOTO, text="x" * (MAX_MESSAGES * MAX_UNITS)))

    assert [len(one["messages"]) for one in desk.server.sent] == [MAX_MESSAGES, 1]


async def test_refusal_of_a_later_push_is_no_refusal_of_the_answer(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(with_files(*[PHOTO] * 7))


async def test_lost_answer_to_files_is_repeated_under_the_same_key(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.befall_once(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await connector.send(with_files(PHOTO))
    await connector.send(with_files(PHOTO))

    assert len(desk.server.sent) == 1


def test_other_files_with_the_same_words_have_another_key() -> None:
    keys = {
        retry_key("line", ANSWER),
        retry_key("line", with_files(PHOTO)),
        retry_key("line", with_files(replace(PHOTO, sha256="cd" * 32))),
        retry_key("line", with_files(PHOTO), 1),
    }

    assert len(keys) == 4


async def test_without_a_public_address_nothing_is_sent(desk: Desk) -> None:
    connector = desk.connector(base_url="https://api.line.me")
    with pytest.raises(Rejected, match=r"\[http\] public_url"):
        await connector.send(with_files(PHOTO))

    assert desk.server.requests == 0


def test_line_fetches_files() -> None:
    config = LineConfig(channel_secret=Secret("s"), token=Secret("t"))

    assert plugin.manifest.can_send_files
    assert plugin.fetches_files(config) == "https://api.line.me"
    assert plugin.file_rules(config, HANA).refusal([PHOTO, PAPER]) == ""


@pytest.mark.parametrize(
    ("content", "lasts_ms"),
    [
        (sound(), 2500),
        (sound(scale=44100, units=441_000), 10_000),
        (sound(scale=0), 0),
        (sound(scale=1, units=4_000_000), 0),
        (sound()[:-90], 0),
        (box(b"moov", box(b"mvhd", b"\1" + struct.pack(">3xQQIQ", 0, 0, 1000, 9000) + bytes(80))), 9000),
        (struct.pack(">I4sQ", 1, b"free", 16) + sound(), 2500),
        (struct.pack(">I4s", 0, b"moov") + box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 10, 5)), 500),
        (struct.pack(">I4s", 4, b"moov") + sound(), 0),
        (b"ID3\4mp3", 0),
        (b"", 0),
    ],
)
def test_how_long_a_sound_plays_is_read_from_its_header(content: bytes, lasts_ms: int) -> None:
    assert duration_ms(content) == lasts_ms


@given(st.binary(max_size=300) | st.builds(lambda a, b: sound()[:a] + b, st.integers(0, 120), st.binary(max_size=60)))
def test_no_bytes_are_too_strange(content: bytes) -> None:
    assert 0 <= duration_ms(content) <= 24 * 3600 * 1000
