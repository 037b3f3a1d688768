"""One mail's name, the same however it was routed to us."""

import hashlib
import re
from typing import Final

from channelhub.content.headers import message_ids

#: What relays add on the way, and mailboxes in their files. Signatures stay: they are the sender's.
_TRACE: Final = frozenset(
    {
        b"received", b"x-received", b"received-spf", b"return-path", b"delivered-to", b"x-original-to", b"envelope-to",
        b"x-envelope-to", b"x-envelope-from", b"authentication-results",
        b"status", b"x-status", b"x-keywords", b"x-uid", b"x-imap", b"x-imapbase", b"content-length", b"lines",
        b"x-mozilla-status", b"x-mozilla-status2", b"x-mozilla-keys", b"x-gmail-labels", b"x-gm-thrid", b"x-evolution",
    }
)  # fmt: skip
_TRACE_PREFIX: Final = b"arc-"
_BLANK_LINE = re.compile(rb"\n\r?\n")
#: Beyond this, header lines are hashed as they are.
MAX_HEADER_BYTES: Final = 256 * 1024
#: Longer Message-IDs are named by their digest: the id is a key in tables and lists.
MAX_ID_CHARS: Final = 250


def delivery_id(body: bytes) -> tuple[str, str]:
    """(delivery id, Message-ID or an empty string) of a mail as bytes.

    The id is the Message-ID and the first 16 hex digits of SHA-256 over the bytes without trace headers (RFC 5321 §4.4
    and their kin), so that a redelivery over another route has the same id, and two mails under one Message-ID have
    not. Without a Message-ID it is the digest alone; the caller adds the day. Never raises; costs one pass of SHA-256.
    """
    window = body[:MAX_HEADER_BYTES]
    blank = _BLANK_LINE.search(window)
    end = blank.start() + 1 if blank else (len(window) if len(window) == len(body) else 0)
    digest = hashlib.sha256()
    message_id = ""
    is_trace = False
    name = b""
    for line in window[:end].split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            name, colon, value = line.partition(b":")
            name = name.strip().lower()
            is_trace = bool(colon) and (name in _TRACE or name.startswith(_TRACE_PREFIX))
            if name == b"message-id" and not message_id:
                message_id = _first(value)
        elif name == b"message-id" and not message_id:
            message_id = _first(line)
        if not is_trace:
            digest.update(line.rstrip(b"\r") + b"\n")
    digest.update(memoryview(body)[end:])
    short = digest.hexdigest()[:16]
    if not message_id:
        return short, ""
    key = message_id if len(message_id) <= MAX_ID_CHARS else hashlib.sha256(message_id.encode()).hexdigest()
    return f"{key}#{short}", message_id


def _first(value: bytes) -> str:
    ids = message_ids(value[:2048])
    return ids[0] if ids else ""
