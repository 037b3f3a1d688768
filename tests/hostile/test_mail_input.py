"""Mails that no honest client sends: refused with a reason, or stored, read as far as they can be, and shown."""

import pytest

from tests.hostile.attacker import Attacker

pytestmark = pytest.mark.slow  # a daemon

HEAD = b"From: Eve <eve@example.com>\r\nTo: support@shop.example\r\nSubject: hello\r\n"
MIME = HEAD + b"MIME-Version: 1.0\r\n"


def bring(attacker: Attacker, data: bytes) -> dict[str, object]:
    """The mail as the API shows it after the pipeline. Raises AssertionError unless it was taken."""
    known = {item["id"] for item in attacker.items("mail")}
    answer = attacker.mail(data)
    assert answer.startswith("250"), answer
    [new] = [item["id"] for item in attacker.items("mail") if item["id"] not in known]
    return attacker.settled(new)


def test_a_mail_over_the_limit_is_552_and_not_stored(attacker: Attacker) -> None:
    before = attacker.stored()
    with attacker.smtp() as dialog:
        declared = [dialog.say(b"EHLO evil"), dialog.say(b"MAIL FROM:<a@b.example> SIZE=99999999999")]
    sent = attacker.mail(HEAD + b"\r\n" + (b"a" * 998 + b"\r\n") * 27_000)

    assert declared[1].startswith("552")
    assert sent.startswith("552")
    assert attacker.stored() == before


@pytest.mark.parametrize(
    "line",
    [
        b"MAIL FROM:<a@b>\0",
        b"MAIL FROM:<a@b> SIZE=-1",
        b"MAIL FROM:<a@b> SIZE=" + b"9" * 400,
        b"MAIL FROM:<a@b> BODY=EVIL",
        b"MAIL FROM:<" + b"a" * 300 + b"@b> X=1",
        b"MAIL FROM:\xff\xfe",
        b"RCPT TO:<a@b>",
        b"DATA",
        b"EVIL",
        b"\xff" * 400,
        b"AUTH PLAIN AGEAYg==",
        b"VRFY root",
        b"EXPN all",
        b"BDAT 99999999999999",
        b"XCLIENT ADDR=127.0.0.1",
        b"GET / HTTP/1.1",
    ],
)
def test_a_bad_command_is_refused_with_a_code(attacker: Attacker, line: bytes) -> None:
    with attacker.smtp() as dialog:
        dialog.say(b"EHLO evil")
        answer = dialog.say(line)

    assert answer[:1] == "5" or answer.startswith(("252", "421")), answer


@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\n\0.\r\n", b"\r.\r\n", b"\n\n.\r\n"]
)
def test_no_second_mail_is_smuggled_in(attacker: Attacker, ending: bytes) -> None:
    inner = b"MAIL FROM:<admin@shop.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nSubject: forged\r\n\r\nforged"
    before = attacker.stored()
    with attacker.smtp() as dialog:
        answer = dialog.mail(HEAD + b"X-Ending: " + ending.hex().encode() + b"\r\n\r\nfirst" + ending + inner)
        after = dialog.say(b"NOOP")

    assert attacker.stored() - before == (1 if answer.startswith("250") else 0)
    assert after[:3] in ("250", "221", "421", "")


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "unparseable"), (b"\r\n\r\n", "unparseable")], ids=["nothing", "empty lines"]
)
def test_what_can_not_be_read_is_parked_and_shown_with_what_was_salvaged(
    attacker: Attacker, data: bytes, reason: str
) -> None:
    before = {item["id"] for item in attacker.items("mail")}
    assert attacker.mail(data, sender="ann@example.com").startswith("250")
    new = [item["id"] for item in attacker.items("mail") if item["id"] not in before]
    shown = attacker.settled(new[0])
    parked = attacker.get(f"/parked/{new[0]}")
    raw = attacker.ask("GET", f"/api/v1/messages/{new[0]}/raw")

    assert shown["state"] == "parked"
    assert parked["reason"] == reason
    assert parked["detail"]
    assert parked["salvage"]["sender"] == "ann@example.com"
    assert parked["salvage"]["peer"] == "127.0.0.1"
    assert raw.body.strip() == data.strip()


NESTED = b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth, depth + 1) for depth in range(1000)
)


@pytest.mark.parametrize(
    "data",
    [
        MIME + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + NESTED,
        MIME + b"Content-Type: message/rfc822\r\n\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1000,
        MIME + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--",
        MIME + b"Content-Type: text/plain; " + b" ".join(b"n*%d=a;" % i for i in range(20_000)) + b"\r\n\r\nx",
        MIME + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        MIME + b"Content-Type: text/html\r\n\r\n<p " + b"a=1 " * 50_000 + b">",
        MIME + b"Content-Type: text/plain; charset=rot13\r\n\r\n\xff",
        MIME + b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"." * 100_000,
        MIME + b"Content-Type: text/plain; charset=../../etc/passwd\r\n\r\nx",
        MIME + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 500_000,
        MIME + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 250_000,
        HEAD + b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n\r\nx",
        HEAD + b"Date: 99 99 99999999999 99:99:99 -9999999\r\n\r\nx",
        HEAD + b"Message-ID: <" + b"a" * 5000 + b">\r\n\r\nx",
        HEAD + b"References: " + b"<a@b> " * 50_000 + b"\r\n\r\nx",
        b"From: " + b"a@b.example, " * 20_000 + b"\r\nSubject: many\r\n\r\nx",
        b"From: =?utf-8?q?" + b"=41" * 50_000 + b"?= <eve@example.com>\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?=41?= " * 15_000 + b"\r\n\r\nx",
        b"Subject: a\0b\r\nFrom: \xff\xfe <\x80@\x81>\r\n\r\n\0\xff",
        b"A: b\r\n" * 50_000 + b"\r\nx",
        b"no header at all",
        b"\xff" * 1000,
        HEAD + b"\r\n" + b"\r\n" * 200_000,
        HEAD + b"\r\n" + b"> " * 200_000,
        HEAD + b"\r\n" + b"On Mon, Jan 1, 2026 at 10:00 " * 10_000,
        HEAD + b"\r\n" + b"-- \r\n" * 100_000,
        HEAD + b"\r\n" + b"_" * 500_000,
    ],
    ids=range(27),
)
def test_a_hostile_mail_is_stored_and_read_as_far_as_it_can_be(attacker: Attacker, data: bytes) -> None:
    shown = bring(attacker, data)

    assert shown["state"] == "processed", attacker.get(f"/parked/{shown['id']}")


def test_none_of_these_cost_a_parser_its_life(attacker: Attacker) -> None:
    bring(attacker, HEAD + b"\r\nafter all of them")

    assert [line for line in attacker.log() if line["event"] == "parser.lost"] == []


def test_everybody_else_is_read_at_once_beside_a_flood_of_connections(attacker: Attacker) -> None:
    idle = [attacker.smtp() for _ in range(150)]
    try:
        shown = bring(attacker, HEAD + b"\r\nfrom an honest customer")
    finally:
        for dialog in idle:
            dialog.__exit__()

    assert shown["text"] == "from an honest customer"
