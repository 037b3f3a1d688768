"""Files of answers: carried by MMS and WhatsApp where they take them, fetched from us, otherwise linked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Plugin
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.twilio import carrying
from connectors.twilio.carrying import MAX_MMS_BYTES, MAX_UNSCALED_BYTES, MMS, SMS, WHATSAPP, carriage_of, parts
from connectors.twilio.client import Unclear
from connectors.twilio.config import TWILIO_URL, TwilioSmsConfig
from connectors.twilio.plugin import sms, whatsapp
from tests.connectors.twilio.conftest import Desk
from tests.connectors.twilio.vectors import IRYNA
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN

AMERICAN, AUSTRALIAN = "+13105550123", "+61491570156"
SERVICE = "MG" + "a1" * 16
TEMPLATE = "HX" + "b2" * 16


def file(name: str, kind: str, size: int = 3) -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=size, sha256="ab" * 32, content=b"x" * size)


PHOTO = file("a.jpg", "image/jpeg")
FILM = file("b.mp4", "video/mp4")
PAPER = file("c.pdf", "application/pdf")
ARCHIVE = file("Рахунки.zip", "application/zip")


def answer(*files: OutgoingFile, to: str = AMERICAN, text: str = "On its way") -> Outbound:
    return Outbound(id=1, to=to, text=text, attachments=files)


def posted(desk: Desk) -> list[tuple[str, int]]:
    """Words and number of files of each message."""
    sent = zip(desk.server.sent, desk.server.sent_media, strict=True)
    return [(form.get("Body", ""), len(media)) for form, media in sent]


async def test_words_and_pictures_are_one_mms_which_twilio_fetches(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(PHOTO, file("d.png", "image/png")))

    assert posted(desk) == [("On its way", 2)]
    assert desk.server.fetched == [("image/jpeg", b"xxx"), ("image/png", b"xxx")]
    assert receipt.external_id == f"SM{1:032x}"


async def test_number_without_mms_gets_links(desk: Desk) -> None:
    await desk.connector().send(answer(PHOTO, ARCHIVE, to=IRYNA))

    assert [files for _, files in posted(desk)] == [0, 0, 0]
    words, photo, archive = (body for body, _ in posted(desk))
    assert words == "On its way"
    assert photo.startswith("a.jpg\nhttp://")
    assert photo.endswith("/a.jpg")
    assert archive.startswith("Рахунки.zip\nhttp://")


@pytest.mark.parametrize(
    ("sender", "to", "carriage"),
    [
        (NUMBER, AMERICAN, MMS),
        ("24365", AMERICAN, MMS),
        (SERVICE, AMERICAN, MMS),
        (SERVICE, AUSTRALIAN, MMS),
        (AUSTRALIAN, AUSTRALIAN, MMS),
        (AUSTRALIAN, AMERICAN, SMS),
        (NUMBER, AUSTRALIAN, SMS),
        ("24365", AUSTRALIAN, SMS),
        (NUMBER, IRYNA, SMS),
        (SERVICE, IRYNA, SMS),
        ("NovaPoshta", AMERICAN, SMS),
    ],
)
def test_mms_go_within_the_countries_that_have_them(sender: str, to: str, carriage: carrying.Carriage) -> None:
    config = TwilioSmsConfig(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender=sender)

    assert carriage_of(config, to) is carriage


async def test_whatsapp_carries_one_file_in_each_message_with_words_beside_a_picture_only(desk: Desk) -> None:
    to = IRYNA.removeprefix("+")
    await desk.whatsapp().send(answer(PHOTO, FILM, to=to))
    await desk.whatsapp().send(answer(PAPER, ARCHIVE, to=to))

    assert posted(desk)[:4] == [("On its way", 1), ("", 1), ("On its way", 0), ("", 1)]
    assert posted(desk)[4][0].startswith("Рахунки.zip\nhttp")
    assert desk.server.sent[0]["To"] == f"whatsapp:{IRYNA}"


async def test_in_a_template_there_is_no_room_for_files(desk: Desk) -> None:
    old = replace(answer(PHOTO, to="380501234567"), heard_at=desk.hub.now - timedelta(hours=25))
    with pytest.raises(Rejected, match="not for files"):
        await desk.whatsapp(template=TEMPLATE).send(old)

    assert not desk.server.sent


@pytest.mark.parametrize(
    ("files", "carriage", "expected"),
    [
        ([PHOTO] * 12, MMS, [("x", 10), ("", 2)]),
        ([file("a.jpg", "image/jpeg", MAX_MMS_BYTES - 2), PHOTO], MMS, [("x", 1), ("", 1)]),
        ([file("a.jpg", "image/jpeg", MAX_MMS_BYTES + 1), PHOTO], MMS, [("x", 0), ("link", 0), ("", 1)]),
        ([PAPER, PAPER, PHOTO, PHOTO], MMS, [("x", 1), ("", 1), ("", 2)]),
        ([PHOTO, PAPER, PHOTO], MMS, [("x", 1), ("", 1), ("", 1)]),
        ([file("c.pdf", "application/pdf", MAX_UNSCALED_BYTES + 1)], MMS, [("x", 0), ("link", 0)]),
        ([PHOTO, PHOTO], WHATSAPP, [("x", 1), ("", 1)]),
        ([file("a.jpg", "image/jpeg", 5_000_001)], WHATSAPP, [("x", 0), ("link", 0)]),
        ([PAPER], WHATSAPP, [("x", 0), ("", 1)]),
        ([file("a.webp", "image/webp")], WHATSAPP, [("x", 0), ("link", 0)]),
        ([PHOTO], SMS, [("x", 0), ("link", 0)]),
    ],
)
def test_messages_are_as_few_as_the_bounds_let_them(
    files: list[OutgoingFile], carriage: carrying.Carriage, expected: list[tuple[str, int]]
) -> None:
    made = parts(["x"], files, ["https://hub.example/f"] * len(files), carriage)

    assert [("link" if "https://" in one.words else one.words, len(one.media)) for one in made] == expected


@given(
    texts=st.lists(st.text(min_size=1, max_size=3), max_size=3),
    files=st.lists(
        st.sampled_from([PHOTO, FILM, PAPER, ARCHIVE, file("big.jpg", "image/jpeg", 3_000_000)]), max_size=20
    ),
    carriage=st.sampled_from([MMS, WHATSAPP, SMS]),
)
def test_each_file_goes_once_in_order_and_no_bound_is_passed(
    texts: list[str], files: list[OutgoingFile], carriage: carrying.Carriage
) -> None:
    addresses = [f"https://hub.example/{number}" for number in range(len(files))]
    sizes = dict(zip(addresses, (len(one.content) for one in files), strict=True))
    made = parts(texts, files, addresses, carriage)
    told = [one for part in made for one in (*part.media, *part.words.split("\n")) if one in sizes]

    assert told == addresses
    assert [one.words for one in made][: len(texts)] == texts
    assert all(one.words or one.media for one in made)
    assert all(len(one.media) <= carriage.most for one in made)
    assert all(sum(sizes[at] for at in one.media) <= carriage.total_bytes for one in made)


async def test_lost_answer_to_a_picture_is_found_by_its_files_too(desk: Desk) -> None:
    desk.server.befall_once(Fault.LOST_ANSWER)
    receipt = await desk.connector().send(answer(PHOTO, text=""))

    assert receipt.external_id == f"SM{1:032x}"
    assert posted(desk) == [("", 1)]


async def test_message_with_other_files_is_not_taken_for_the_lost_one(desk: Desk) -> None:
    await desk.connector().send(answer(PHOTO))
    desk.server.befall_once(Fault.SERVER_ERROR)
    with pytest.raises(Unclear):
        await desk.connector().send(answer(PHOTO, PHOTO))

    assert len(desk.server.sent) == 1


async def test_what_broke_off_between_the_words_and_a_file_is_not_repeated(desk: Desk) -> None:
    connector = desk.connector()
    faults = iter((None, Fault.RATE_LIMITED))
    desk.server._next_fault = lambda: next(faults)
    with pytest.raises(PartlySent, match="1 of 2"):
        await connector.send(answer(ARCHIVE))


async def test_a_file_that_twilio_cannot_fetch_is_told_with_what_to_look_at(desk: Desk) -> None:
    desk.server.refusals["POST /Messages.json"] = (400, 11200, "HTTP retrieval failure")
    with pytest.raises(Rejected, match="public_url right, and does a proxy pass /files/"):
        await desk.connector().send(answer(PHOTO))


async def test_without_a_public_address_nothing_is_sent(desk: Desk) -> None:
    with pytest.raises(Rejected, match=r"\[http\] public_url"):
        await desk.connector(base_url=TWILIO_URL).send(answer(PHOTO))


@pytest.mark.parametrize("plugin", [sms, whatsapp])
def test_twilio_fetches_files(plugin: Plugin) -> None:
    config = TwilioSmsConfig(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender=NUMBER)

    assert plugin.manifest.can_send_files
    assert plugin.fetches_files(config) == TWILIO_URL
