"""What is packed inside parts comes out: Outlook's winmail.dat, S/MIME, invitations. What is locked is said to be."""

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content import cms, mime, opening, tnef
from tests.content import packed
from tests.examples import examples

ENTITY = "Content-Type: text/plain; charset=utf-8\r\n\r\nОплата не прошла".encode()


def mail(content_type: str, content: bytes, *, name: str = "") -> mime.Mail:
    named = f'; name="{name}"' if name else ""
    head = f"Subject: s\r\nContent-Type: {content_type}{named}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return mime.read(head.encode() + base64.encodebytes(content))


def texts(found: opening.Opened) -> list[str]:
    return [part.text for part in found.mail.root.walk() if part.content_type == "text/plain" and not part.filename]


def spare(found: opening.Opened) -> list[str]:
    return [leaf.text for part in found.spare for leaf in part.walk() if not leaf.children]


@pytest.mark.parametrize(
    "packing",
    [
        packed.signed(ENTITY),
        packed.signed_in_pieces(ENTITY, 7),
        packed.signed(b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n" + ENTITY),
        packed.signed(b"Content-Type: application/pkcs7-mime\r\n\r\n" + packed.signed(ENTITY)),
    ],
    ids=["whole", "in pieces", "with headers", "twice"],
)
def test_an_opaque_signature_shows_what_was_signed(packing: bytes) -> None:
    found = opening.opened(mail("application/pkcs7-mime", packing, name="smime.p7m"))

    assert texts(found) == ["Оплата не прошла"]
    assert found.facts.signed == "S/MIME"
    assert found.mail.headers.text("subject") == "s"


def test_compressed_data_is_inflated() -> None:
    algorithm = packed.der(0x30, bytes.fromhex("060b2a864886f70d0109100308"))
    info = packed.der(0x30, packed.DATA, packed.der(0xA0, packed.der(0x04, zlib.compress(ENTITY))))
    body = packed.der(0x30, b"\x02\x01\x00", algorithm, info)
    found = opening.opened(mail("application/pkcs7-mime", packed.der(0x30, packed.COMPRESSED, packed.der(0xA0, body))))

    assert texts(found) == ["Оплата не прошла"]
    assert found.facts.signed == ""


def test_an_encrypted_mail_stays_a_file_and_is_called_encrypted() -> None:
    found = opening.opened(mail("application/pkcs7-mime", packed.der(0x30, packed.ENVELOPED), name="smime.p7m"))

    assert found.facts.encrypted == "S/MIME"
    assert found.mail.root.filename == "smime.p7m"


@pytest.mark.parametrize(
    ("content_type", "fact"),
    [
        ("multipart/signed; protocol=application/pgp-signature", ("PGP", "")),
        ('multipart/signed; protocol="application/pkcs7-signature"', ("S/MIME", "")),
        ("multipart/encrypted; protocol=application/pgp-encrypted", ("", "PGP")),
    ],
)
def test_detached_signatures_and_pgp_are_recognised(content_type: str, fact: tuple[str, str]) -> None:
    raw = f"Content-Type: {content_type}; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
    found = opening.opened(mime.read(raw.encode()))

    assert (found.facts.signed, found.facts.encrypted) == fact


@pytest.mark.parametrize("size", [1, 10, 40, 60, -5])
def test_a_damaged_envelope_harms_nothing(size: int) -> None:
    found = opening.opened(mail("application/pkcs7-mime", packed.signed(ENTITY)[:size]))

    assert found.facts.encrypted == ""


def test_winmail_gives_its_files_and_keeps_its_words_in_reserve() -> None:
    data = packed.stream(
        packed.attribute(0x00069007, (1251).to_bytes(4, "little") + bytes(4), 1),
        packed.attribute(0x0002800C, "Текст письма\0".encode("cp1251")),
        *packed.enclosed("счёт.pdf".encode("cp1251"), b"%PDF"),
        *packed.enclosed(
            b"LOGO~1.PNG",
            b"",
            packed.unicode_text(0x3707, "логотип.png"),
            packed.sized(0x001E, 0x370E, b"image/png\0"),
            packed.sized(0x001E, 0x3712, b"logo@x\0"),
            packed.sized(0x0102, 0x3701, b"\x89PNG"),
        ),
    )
    found = opening.opened(mail("application/ms-tnef", data, name="winmail.dat"))
    invoice, logo = found.mail.root.children

    assert (invoice.filename, invoice.content, invoice.disposition) == ("счёт.pdf", b"%PDF", "attachment")
    assert (logo.filename, logo.content, logo.content_type) == ("логотип.png", b"\x89PNG", "image/png")
    assert logo.headers.text("content-id") == "<logo@x>"
    assert spare(found) == ["Текст письма"]


def test_the_body_may_be_a_property_or_html_or_rich_text() -> None:
    plain = packed.stream(packed.message_properties(packed.unicode_text(0x1000, "Слова"), packed.number(0x3FDE, 65001)))
    page = packed.stream(packed.message_properties(
        packed.number(0x3FDE, 1251), packed.sized(0x0102, 0x1013, "<p>Слова</p>".encode("cp1251"))
    ))  # fmt: skip
    rich = packed.stream(packed.message_properties(
        packed.sized(0x0102, 0x1009, packed.stored_rtf(rb"{\rtf1\ansi\ansicpg1251 \'d1\'eb\'ee\'e2\'e0\par}"))
    ))  # fmt: skip

    assert spare(opening.opened(mail("application/ms-tnef", plain))) == ["Слова"]
    assert spare(opening.opened(mail("application/vnd.ms-tnef", page))) == ["<p>Слова</p>"]
    assert spare(opening.opened(mail("application/octet-stream", rich, name="WinMail.dat"))) == ["Слова\n"]


def test_an_enclosed_outlook_item_gives_its_words_and_files() -> None:
    inner = packed.stream(
        packed.message_properties(packed.unicode_text(0x1000, "Вложенное")), *packed.enclosed(b"a.txt", b"abc")
    )
    data = packed.stream(*packed.enclosed(
        b"note", b"", packed.sized(0x000D, 0x3701, bytes(16) + inner), packed.unicode_text(0x3001, "Заметка")
    ))  # fmt: skip
    note, file = opening.opened(mail("application/ms-tnef", data)).mail.root.children

    assert (note.filename, note.text) == ("Заметка.txt", "Вложенное")
    assert (file.filename, file.content) == ("a.txt", b"abc")


def test_a_meeting_of_outlook_says_what_when_and_where() -> None:
    data = packed.stream(
        packed.attribute(0x00078008, b"IPM.Microsoft Schedule.MtgReq\0"),
        packed.message_properties(
            packed.unicode_text(0x0037, "Планёрка"),
            packed.time(0x0060, 1_795_168_800), packed.time(0x0061, 1_795_172_400),
            packed.unicode_text(0x8001, "Комната 5", name=0x8208),
        ),
    )  # fmt: skip
    found = opening.opened(mail("application/ms-tnef", data))

    assert spare(found) == ["Invitation: Планёрка\nWhen: 2026-11-20 10:00 – 11:00 (UTC)\nWhere: Комната 5"]
    assert found.facts.invitation == "Invitation: Планёрка; 2026-11-20 10:00 – 11:00 (UTC); Комната 5"


def test_a_cut_stream_gives_what_came_before_the_cut() -> None:
    data = packed.stream(packed.attribute(0x0002800C, b"words\0"), *packed.enclosed(b"a.bin", b"x" * 100))
    found = opening.opened(mail("application/ms-tnef", data[:-40]))

    assert spare(found) == ["words"]
    assert found.mail.root.children[0].content == b"x" * 62
    assert found.mail.warnings


def test_what_is_no_winmail_stays_a_file() -> None:
    found = opening.opened(mail("application/ms-tnef", b"nothing of the kind", name="winmail.dat"))

    assert found.mail.root.filename == "winmail.dat"
    assert found.mail.root.content == b"nothing of the kind"


def test_a_mail_that_is_only_another_mail_shows_its_words() -> None:
    found = opening.opened(mime.read(b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nwords"))

    assert spare(found) == ["words"]
    assert found.mail.root.content_type == "message/rfc822"


def test_no_more_is_opened_than_the_limit() -> None:
    boxes = b"".join(
        b"--b\r\nContent-Type: application/ms-tnef\r\n\r\n" + packed.stream(*packed.enclosed(b"f", b"x")) + b"\r\n"
        for _ in range(opening.MAX_OPENED + 3)
    )
    found = opening.opened(mime.read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + boxes + b"--b--"))
    kept = [part for part in found.mail.root.children if not part.children]

    assert len(kept) == 3
    assert found.mail.warnings


def test_signatures_inside_each_other_end() -> None:
    entity = ENTITY
    for _ in range(12):
        entity = b"Content-Type: application/pkcs7-mime\r\n\r\n" + packed.signed(entity)
    found = opening.opened(mime.read(entity))

    assert found.facts.signed == "S/MIME"
    assert texts(found) == []
    assert found.mail.warnings


TNEF_SEED = packed.stream(
    packed.attribute(0x0002800C, b"words\0"),
    packed.message_properties(packed.unicode_text(0x8001, "Room", name=0x8208), packed.time(0x0060, 0)),
    *packed.enclosed(b"a.bin", b"abc", packed.unicode_text(0x3707, "b.bin")),
)
CUTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 8), st.binary(max_size=6)), max_size=6)


@given(CUTS)
@settings(max_examples=examples(300), deadline=None)
def test_any_damage_to_a_winmail_is_survived(cuts: list[tuple[int, int, bytes]]) -> None:
    data = TNEF_SEED
    for at, length, splice in cuts:
        data = data[:at] + splice + data[at + length :]
    message = tnef.read(data)

    assert message is None or sum(len(file.content) for file in message.files) <= len(data)


@given(CUTS)
@settings(max_examples=examples(300), deadline=None)
def test_any_damage_to_an_envelope_is_survived(cuts: list[tuple[int, int, bytes]]) -> None:
    data = packed.signed_in_pieces(ENTITY, 9)
    for at, length, splice in cuts:
        data = data[:at] + splice + data[at + length :]
    envelope = cms.read(data)

    assert envelope is None or envelope.content is None or len(envelope.content) <= len(data)


def test_content_that_grows_too_much_stays_packed() -> None:
    algorithm = packed.der(0x30, bytes.fromhex("060b2a864886f70d0109100308"))
    zeros = packed.der(0x04, zlib.compress(bytes(cms.MAX_CONTENT_BYTES)))
    info = packed.der(0x30, packed.DATA, packed.der(0xA0, zeros))
    data = packed.der(0x30, packed.COMPRESSED, packed.der(0xA0, packed.der(0x30, b"\x02\x01\x00", algorithm, info)))
    part = b"--b\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    part += base64.encodebytes(data)
    found = opening.opened(mime.read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 4 + b"--b--"))

    assert [bool(one.children) for one in found.mail.root.children] == [True, True, False, False]
    assert found.mail.warnings
