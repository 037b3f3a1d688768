"""A mail kept in a file (mbox, Maildir, .eml) as a delivery, known by the same id as when it arrives by SMTP."""

import re
from typing import Final

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.email.arrival import relay_day
from connectors.email.collector import normalise_line_ends
from connectors.email.identity import delivery_id

_BOM: Final = b"\xef\xbb\xbf"
_SEARCHED_BYTES: Final = 4096
_PIECE_BYTES: Final = 1024 * 1024
#: Blank lines, the line with which a mail begins in an mbox, and the first header's name (RFC 5322 §2.2).
_BEGINNING: Final = re.compile(rb"[\r\n]*(?:>?From [^\r\n]*\r?\n)?(?=[!-9;-~]{1,100}[ \t]*:)")


def _with_crlf(mail: bytes) -> bytes:
    """In pieces that end with a line, so that a large mail in a thread doesn't keep the other threads waiting."""
    if len(mail) <= _PIECE_BYTES:
        return normalise_line_ends(mail)
    pieces: list[bytes] = []
    start = 0
    while start < len(mail):
        end = mail.find(b"\n", start + _PIECE_BYTES) + 1 or len(mail)
        pieces.append(normalise_line_ends(mail[start:end]))
        start = end
    return b"".join(pieces)


def history(account: str, kept: bytes) -> RawMessage:
    """The delivery of a mail file, marked backfill. Raises `Unparseable` for a file that doesn't begin with headers.

    Line ends become CRLF as in SMTP, so that the digest is that of the mail as it travelled. Without a Message-ID the
    day of its last relay stands beside the digest, as for a received mail; nothing depends on the time of the import.
    """
    start = len(_BOM) if kept.startswith(_BOM) else 0
    beginning = _BEGINNING.match(kept, start, start + _SEARCHED_BYTES)
    if beginning is None:
        raise Unparseable("it is no mail: it doesn't begin with headers" if kept.strip() else "the file is empty")
    body = _with_crlf(kept[beginning.end() :] if beginning.end() else kept)
    content_id, message_id = delivery_id(body)
    if not message_id and (day := relay_day(body)):
        content_id = f"{content_id}:{day}"
    return RawMessage(
        account=account,
        delivery_id=content_id,
        body=body,
        content_type="message/rfc822",
        envelope=Envelope(message_id=message_id),
        is_backfill=True,
    )
