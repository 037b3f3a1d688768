"""M1: how fast mail is read in one process, beside the standard library's `email` reading the same mails."""

import base64
import email
import email.policy
import time
from collections.abc import Callable, Sequence

from bench.figures import Goal, Outcome, judge, order_of, ratios
from bench.mail.__main__ import OWN
from bench.settings import Settings
from bench.texts import Writer
from connectors.email.report import describe

M1 = Goal(id="M1", title="mails read per second and core", must=150, unit=" msg/s")
M1_PEER = Goal(id="M1 peer", title="the same, to the standard library's email", must=1.0)
TYPICAL = 150
HEADERS = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references")
ATTACHMENT = base64.encodebytes(bytes(range(256)) * 80)


def measure(settings: Settings) -> list[Outcome]:
    mails = _mails()
    readers: dict[str, Callable[[bytes], object]] = {"hub": lambda mail: describe(mail, "x"), "stdlib": _read_bare}
    for read in readers.values():
        _rate(read, mails, seconds=0)  # what is built once is not measured
    rounds = []
    for number in range(settings.rounds):
        rates = {
            name: _rate(readers[name], mails, seconds=settings.seconds) for name in order_of(list(readers), number)
        }
        rounds.append(rates)
        settings.say(M1.id, number, rates)
    note = f"{len(mails)} mails; the hub's reading includes reply text, clean HTML, digests of attachments and language"
    return [judge(M1, [rates["hub"] for rates in rounds], note=note), judge(M1_PEER, ratios(rounds, "hub", "stdlib"))]


def _mails() -> list[bytes]:
    """Ours that are hard, and more that are ordinary: plain, and with HTML, history and an attachment."""
    writer = Writer(run="parse")
    plain = [writer.mail()[1] for _ in range(TYPICAL)]
    return [path.read_bytes() for path in sorted(OWN.glob("*.eml"))] + plain + [_rich(mail) for mail in plain]


def _rich(mail: bytes) -> bytes:
    head, _, text = mail.partition(b"\r\n\r\n")
    head = head.partition(b"\r\nContent-Type")[0]
    page = b"".join(b"<div>%s</div>" % line for line in text.splitlines())
    quote = b"<div class=gmail_quote>On Mon, 2 Mar 2026 Support wrote:<blockquote>%s</blockquote></div>" % page
    return b"\r\n".join(
        (
            head, b'Content-Type: multipart/mixed; boundary="m"', b"",
            b"--m", b'Content-Type: multipart/alternative; boundary="a"', b"",
            b"--a", b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: base64", b"",
            base64.encodebytes(text),
            b"--a", b"Content-Type: text/html; charset=utf-8", b"Content-Transfer-Encoding: base64", b"",
            base64.encodebytes(b"<html><body>%s%s</body></html>" % (page, quote)), b"--a--",
            b"--m", b'Content-Type: application/pdf; name="invoice.pdf"', b"Content-Transfer-Encoding: base64", b"",
            ATTACHMENT, b"--m--", b"",
        )
    )  # fmt: skip


def _rate(read: Callable[[bytes], object], mails: Sequence[bytes], *, seconds: float) -> float:
    """Whole passes over the mails until the time is over; mails per second of processor time."""
    began_s = time.process_time()
    passes = 0
    while True:
        for mail in mails:
            read(mail)
        passes += 1
        taken_s = time.process_time() - began_s
        if taken_s >= seconds:
            return passes * len(mails) / taken_s


def _read_bare(data: bytes) -> None:
    """Headers, texts and attachments decoded, and nothing else: no reply text, no clean HTML."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for name in HEADERS:
        try:
            str(message[name] or "")
        except (ValueError, IndexError, AttributeError, TypeError):  # it raises on some of these headers
            continue
    for part in message.walk():
        if part.is_multipart():
            continue
        try:
            part.get_content()
        except (LookupError, KeyError, ValueError):  # unknown charsets and types
            part.get_payload(decode=True)
