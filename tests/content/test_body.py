"""Which parts are words and which are files, and what the files are called."""

import binascii

import pytest

from channelhub.content import body, mime, opening
from tests.content import packed


def read(*rows: str) -> body.Body:
    packed_mail = opening.opened(mime.read("\r\n".join(rows).encode()))
    return body.read(packed_mail.mail, packed_mail.spare)


def facts(*rows: str) -> opening.Facts:
    return opening.opened(mime.read("\r\n".join(rows).encode())).facts


def test_flowed_text_is_joined() -> None:
    content = read("Content-Type: text/plain; format=flowed; delsp=yes", "", "Opla \r\nta\r\n> old \r\n> words")

    assert content.text == "Oplata\n> oldwords"


def test_amp_is_neither_text_nor_file() -> None:
    content = read(
        "Content-Type: multipart/alternative; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "words",
        "--b", "Content-Type: text/x-amp-html", "", "<html amp4email>other words</html>",
        "--b", "Content-Type: text/html", "", "<p>words</p>", "--b--",
    )  # fmt: skip

    assert (content.text, content.html, content.files) == ("words", "<p>words</p>", ())


@pytest.mark.parametrize(
    ("content_type", "source", "text"),
    [
        ("text/enriched", "<bold>Now</bold> is << & then", "Now is < & then"),
        ("text/markdown; charset=utf-8", "# Ой", "# Ой"),
        ("text/rtf", "{\\rtf1 Now\\par}", "Now"),
    ],
)
def test_rarer_texts_are_read_too(content_type: str, source: str, text: str) -> None:
    assert read(f"Content-Type: {content_type}", "", source).text == text


INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Sync\r\nEND:VEVENT\r\nEND:VCALENDAR"


def test_an_invitation_alone_is_the_text_and_a_file() -> None:
    content = read("Content-Type: text/calendar; method=REQUEST", "", INVITATION)

    assert content.text == "Invitation: Sync"
    assert [file.filename for file in content.files] == ["invite.ics"]


def test_an_invitation_beside_words_leaves_them_alone() -> None:
    rows = (
        "Content-Type: multipart/alternative; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "Please come",
        "--b", "Content-Type: text/calendar; method=REQUEST", "", INVITATION, "--b--",
    )  # fmt: skip

    assert read(*rows).text == "Please come"
    assert [file.filename for file in read(*rows).files] == ["invite.ics"]
    assert facts(*rows).invitation == "Invitation: Sync"


def winmail(*parts: str) -> tuple[str, ...]:
    data = packed.stream(packed.attribute(0x0002800C, b"packed words\0"), *packed.enclosed(b"a.txt", b"abc"))
    encoded = binascii.b2a_base64(data).decode()
    return (
        "Content-Type: multipart/mixed; boundary=b", "", *parts, "--b", "Content-Type: application/ms-tnef",
        "Content-Transfer-Encoding: base64", "", encoded, "--b--",
    )  # fmt: skip


def test_words_in_winmail_are_used_where_there_are_no_others() -> None:
    alone = read(*winmail())
    beside = read(*winmail("--b", "Content-Type: text/plain", "", "open words"))

    assert (alone.text, beside.text) == ("packed words", "open words")
    assert [file.filename for file in (*alone.files, *beside.files)] == ["a.txt", "a.txt"]


def test_an_enclosed_mail_is_one_file_named_by_its_subject() -> None:
    content = read(
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "see below",
        "--b", "Content-Type: message/rfc822", "",
        "From: a@x.example", "Subject: =?utf-8?B?0KHRh9GR0YIgMS8y?=", "Content-Type: multipart/mixed; boundary=c", "",
        "--c", "", "inner", "--c", "Content-Disposition: attachment; filename=inner.pdf", "", "%PDF", "--c--", "",
        "--b--",
    )  # fmt: skip

    assert content.text == "see below"
    assert [file.filename for file in content.files] == ["2.eml"]
    assert b"inner.pdf" in content.files[0].content


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/pkcs7-signature", "smime.p7s"),
        ("audio/ogg", "part-1.ogg"),
        ("text/x-log", "part-1.txt"),
        ("application/x-nobody-knows", "part-1.bin"),
        ("message/rfc822", "mail-1.eml"),
    ],
)
def test_a_file_without_a_name_gets_one(content_type: str, name: str) -> None:
    assert read(f"Content-Type: {content_type}", "Content-Disposition: attachment", "", "x").files[0].filename == name


def test_a_uuencoded_file_leaves_the_text() -> None:
    lines = "".join(binascii.b2a_uu(b"%PDF-1.4 " * 5).decode() for _ in range(3))
    content = read(
        "Content-Type: text/plain; charset=utf-8", "", "Привет", "begin 644 a b.pdf", f"{lines}`", "end", "bye"
    )

    assert content.text == "Привет\nbye"
    assert [(file.filename, file.content) for file in content.files] == [("a b.pdf", b"%PDF-1.4 " * 15)]


def test_a_sentence_that_begins_with_begin_stays() -> None:
    text = "begin 644 people waiting\nat the door\nend"

    assert read("Content-Type: text/plain", "", text).text == text


def test_a_signed_text_loses_its_armour_and_says_so() -> None:
    rows = (
        "Content-Type: text/plain; charset=utf-8", "", "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "",
        "Добрый день",
        "-----BEGIN PGP SIGNATURE-----", "", "iQ", "-----END PGP SIGNATURE-----",
    )  # fmt: skip

    assert read(*rows).text == "Добрый день"
    assert facts(*rows).signed == "PGP"


def test_an_encrypted_text_says_so() -> None:
    rows = ("", "-----BEGIN PGP MESSAGE-----", "", "hQEMA", "-----END PGP MESSAGE-----")

    assert facts(*rows).encrypted == "PGP"
    assert "hQEMA" in read(*rows).text
