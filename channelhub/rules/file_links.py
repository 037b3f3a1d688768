"""The address by which a channel, and the customer it tells, fetches one file of an answer: signed, for a time.

Who has the address can read this file until then, and nothing else. It names the answer and the file's place in it, so
what isn't part of an answer has none; and it is bound to the file's content, name and type, so that after a restore of
an older backup it never leads to a file of another answer that got the same number.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

from channelhub.content.filenames import address_name
from channelhub.domain.outbound import OutgoingFile

TOKEN_CHARS: Final = 52
_BODY = struct.Struct(">qBI12s")  # answer, place, unix seconds of the end, digest of the file
_DIGEST_BYTES: Final = 12
_MAC_BYTES: Final = 14  # with the body 39 bytes
_LATEST_S: Final = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """One file of an answer: the outbox's id, the file's place from 0 on, until when (unix seconds), and which file."""

    outbox_id: int
    place: int
    until_s: int
    digest: bytes

    def leads_to(self, file: OutgoingFile, name: str) -> bool:
        """Whether this file was meant, under this name. Compares in constant time."""
        return hmac.compare_digest(self.digest, _digest(file)) and name == address_name(file.filename)


def path(outbox_id: int, place: int, file: OutgoingFile, *, until_s: int, secret: bytes) -> str:
    """The address of a file below the hub's own: `/files/{token}/{name}`, the token in base64url (RFC 4648 §5)."""
    body = _BODY.pack(outbox_id, place, min(until_s, _LATEST_S), _digest(file))
    token = base64.urlsafe_b64encode(body + _mac(body, secret)).decode()
    return f"/files/{token}/{address_name(file.filename)}"


def read(token: str, *, secret: bytes) -> FileLink | None:
    """What a token names; None for one that we didn't sign. Compares in constant time. Its end may be past."""
    if len(token) != TOKEN_CHARS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if not hmac.compare_digest(_mac(body, secret), mac):
        return None
    outbox_id, place, until_s, digest = _BODY.unpack(body)
    return FileLink(outbox_id=outbox_id, place=place, until_s=until_s, digest=digest)


def _digest(file: OutgoingFile) -> bytes:
    told = "\0".join((file.sha256, file.filename, file.content_type))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"file:" + body, hashlib.sha256).digest()[:_MAC_BYTES]
