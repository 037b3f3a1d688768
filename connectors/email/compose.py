"""Our answer as the bytes of a mail (RFC 5322): the same at every attempt but for its date, and free of injection."""

import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from channelhub.domain.outbound import Outbound
from connectors.email.letter import as_html
from connectors.email.parts import Part, file_part, joined, text_part

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]+\Z")  # printable ASCII without < and >
_URL = re.compile(r"https?://[!-;=?-~]{1,500}\Z")  # printable ASCII without < and >
_MAX_SUBJECT_CHARS = 250
_MAX_NAME_CHARS = 100
_MAX_ID_CHARS = 900  # a line holds 998 (RFC 5322 §2.1.1)
_MAX_REFERENCES = 30


def compose(
    message: Outbound, *, from_address: str, from_name: str, message_id: str, now: datetime, reply_to: str = ""
) -> bytes:
    """The mail as bytes with CRLF line ends, ASCII unless an address isn't.

    The addresses must have been checked; every other value may hold anything. `now` is aware.
    """
    headers = [
        ("Date", format_datetime(now)),
        ("From", _mailbox(from_name, from_address)),
        ("Reply-To", f"<{reply_to}>" if reply_to not in ("", from_address) else ""),
        ("To", f"<{message.to}>"),
        ("Subject", _words(message.subject, "Subject", _MAX_SUBJECT_CHARS)),
        ("Message-ID", f"<{message_id}>"),
        *_threading(message),
        ("X-Channelhub-Token", bare_id(message.reply_token)),  # our mark: a mail that comes back with it is ours
        ("MIME-Version", "1.0"),
    ]
    if message.is_automatic:
        # RFC 3834 §5 for everybody, the second for Exchange, which doesn't know the first.
        how = "auto-replied" if message.in_reply_to else "auto-generated"
        headers += [("Auto-Submitted", how), ("X-Auto-Response-Suppress", "All")]
    if message.unsubscribe_url:
        headers += _to_many(message.unsubscribe_url)
    content = _content(message, boundary_name=message_id)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers if value)
    return f"{head}{content.headers}\r\n".encode() + content.body


def _to_many(unsubscribe_url: str) -> list[tuple[str, str]]:
    """One mail to many: no machine shall answer it, and its reader can decline the next (RFC 2369, RFC 8058)."""
    headers = [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "bulk")]
    if _URL.match(unsubscribe_url):
        headers.append(("List-Unsubscribe", f"<{unsubscribe_url}>"))
        if unsubscribe_url.startswith("https://"):  # RFC 8058 §3.1: one click needs HTTPS
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _content(message: Outbound, *, boundary_name: str) -> Part:
    """The text, its HTML twin for programs that show that, and the files behind them."""
    twins = (text_part(message.text, "plain"), text_part(as_html(message.text, message.language), "html"))
    words = joined("alternative", twins, name=boundary_name)
    if not message.attachments:
        return words
    return joined("mixed", (words, *map(file_part, message.attachments)), name=boundary_name)


def bare_id(message_id: str) -> str:
    """A Message-ID without its angle brackets; empty when it can't stand in a header."""
    found = message_id.strip().removeprefix("<").removesuffix(">")
    return found if len(found) <= _MAX_ID_CHARS and _MESSAGE_ID.match(found) else ""


def _threading(message: Outbound) -> list[tuple[str, str]]:
    """In-Reply-To and References as RFC 5322 §3.6.4 builds them: the thread's ids, the answered one last."""
    answered = bare_id(message.in_reply_to)
    thread = [found for found in map(bare_id, message.references) if found and found != answered]
    if answered:
        thread.append(answered)
    if len(thread) > _MAX_REFERENCES:
        thread = thread[:1] + thread[1 - _MAX_REFERENCES :]  # the first finds the thread, the last its place
    folded = "\r\n ".join(f"<{found}>" for found in thread)
    return [("In-Reply-To", f"<{answered}>" if answered else ""), ("References", folded)]


def _words(text: str, header: str, max_chars: int) -> str:
    """Unstructured text for a header: one line whatever it held, encoded (RFC 2047) where it isn't ASCII, folded."""
    clean = _CONTROLS.sub(" ", text).strip()[:max_chars]
    if not clean:
        return ""
    needs_encoding = not clean.isascii() or "=?" in clean or any(len(word) > 70 for word in clean.split(" "))
    charset = "utf-8" if needs_encoding else "us-ascii"
    return Header(clean, charset, header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _mailbox(name: str, address: str) -> str:
    clean = _CONTROLS.sub(" ", name).strip()[:_MAX_NAME_CHARS]
    if not clean:
        return address
    if clean.isascii() and "=?" not in clean:
        escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_words(clean, 'From', _MAX_NAME_CHARS)} <{address}>"
