"""Files of answers: fetched from us at their addresses, shown as what Viber can show, otherwise documents."""

from dataclasses import replace

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.viber.client import Unclear
from connectors.viber.config import VIBER_URL, ViberConfig
from connectors.viber.files import MAX_CAPTION_UNITS, MAX_PICTURE_BYTES
from connectors.viber.plugin import plugin
from tests.connectors.viber.conftest import Desk
from tests.connectors.viber.vectors import OLENA
from tests.servers.viber import FIRST_TOKEN


def file(name: str, kind: str, content: bytes = b"abc") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=len(content), sha256="ab" * 32, content=content)


PHOTO = file("фото.jpg", "image/jpeg")
FILM = file("b.MP4", "video/mp4")
PAPER = file("Рахунок 7.pdf", "application/pdf")


def answer(*files: OutgoingFile, text: str = "Вже їде") -> Outbound:
    return Outbound(id=1, to=OLENA, text=text, conversation_key=OLENA, attachments=files)


def parts(desk: Desk) -> list[dict[str, object]]:
    """What was sent, without what is the same for each."""
    same = {"receiver", "min_api_version", "sender"}
    return [{name: value for name, value in one.items() if name not in same} for one in desk.server.sent]


async def test_words_go_below_an_only_picture(desk: Desk) -> None:
    await desk.connector().send(answer(PHOTO))

    [sent] = parts(desk)
    assert (sent["type"], sent["text"]) == ("picture", "Вже їде")
    assert str(sent["media"]).endswith("/files/0/file.jpg")
    assert desk.server.fetched == [("image/jpeg", b"abc")]


@pytest.mark.parametrize(
    ("files", "text", "kinds"),
    [
        ((PHOTO,), "x" * (MAX_CAPTION_UNITS + 1), ["text", "picture"]),
        ((PHOTO, PHOTO), "x", ["text", "picture", "picture"]),
        ((PAPER,), "x", ["text", "file"]),
        ((FILM,), " ", ["video"]),
        ((PHOTO,), "", ["picture"]),
    ],
)
async def test_words_go_before_what_has_no_room_for_them(
    desk: Desk, files: tuple[OutgoingFile, ...], text: str, kinds: list[str]
) -> None:
    receipt = await desk.connector().send(answer(*files, text=text))

    assert [one["type"] for one in parts(desk)] == kinds
    assert receipt.external_id == str(FIRST_TOKEN + len(kinds) - 1)


async def test_documents_and_films_say_their_size_and_name(desk: Desk) -> None:
    await desk.connector().send(answer(PAPER, FILM, text=""))
    paper, film = parts(desk)

    assert (paper["type"], paper["size"], paper["file_name"]) == ("file", 3, "Рахунок 7.pdf")
    assert (film["type"], film["size"]) == ("video", 3)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (file("a.jpg", "image/jpeg", bytes(MAX_PICTURE_BYTES + 1)), "file"),
        (file("a.gif", "image/gif"), "file"),
        (file("a.dat", "image/png"), "file"),
        (file("a.mov", "video/mp4"), "file"),
        (file("photo", "image/png"), "text"),
        (file(".png", "image/png"), "text"),
    ],
)
async def test_what_viber_does_not_show_is_a_document_or_a_link(desk: Desk, other: OutgoingFile, kind: str) -> None:
    await desk.connector().send(answer(other, text=""))

    [sent] = parts(desk)
    assert sent["type"] == kind
    assert kind != "text" or str(sent["text"]).startswith(f"{other.filename}\nhttp")


async def test_forbidden_names_are_refused_before_anything_is_sent(desk: Desk) -> None:
    program = file("setup.EXE", "application/octet-stream")
    config = ViberConfig(token=Secret("t"), name="x")
    with pytest.raises(Rejected, match=r"file 2 is named \.exe"):
        await desk.connector().send(answer(PHOTO, program))

    assert not desk.server.calls
    assert "file 1 is named .exe" in plugin.file_rules(config, OLENA).refusal([program])
    assert "larger than the 50 MiB" in plugin.file_rules(config, OLENA).refusal([replace(PAPER, size=52_428_801)])


async def test_what_broke_off_between_the_words_and_a_file_is_not_repeated(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(answer(PAPER))


async def test_refusal_of_the_only_part_is_no_partial_success(desk: Desk) -> None:
    desk.server.takes = 0
    with pytest.raises(Unavailable):
        await desk.connector().send(answer(PHOTO))


async def test_lost_answer_to_a_file_is_uncertain(desk: Desk) -> None:
    desk.server.befall_once(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await desk.connector().send(answer(PHOTO))


async def test_without_a_public_address_nothing_is_sent(desk: Desk) -> None:
    with pytest.raises(Rejected, match=r"\[http\] public_url"):
        await desk.connector(base_url=VIBER_URL).send(answer(PHOTO))

    assert plugin.fetches_files(ViberConfig(token=Secret("t"), name="x")) == VIBER_URL
    assert plugin.manifest.can_send_files
