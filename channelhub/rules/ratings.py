"""The link of a rating question: signed, so that only who was asked can answer; and until when an answer counts."""

import base64
import binascii
import hashlib
import hmac
import struct
from typing import Final

from channelhub.domain.ratings import Asked, RatedKind, Rating
from channelhub.rules.identity import digest_id

DAY_US: Final = 24 * 3600 * 1_000_000
ANSWERABLE_DAYS: Final = 90  # after the question
CHANGEABLE_DAYS: Final = 30  # after the first answer
MOST_VERSIONS: Final = 20
TOKEN_CHARS: Final = 43
_BODY = struct.Struct(">BQQH")  # kind, subject, identity, day
_MAC_BYTES: Final = 13  # with the body 32 bytes
_KINDS: Final = {RatedKind.OUTAGE: 1, RatedKind.INCIDENT: 2}
_NAMES: Final = {number: kind for kind, number in _KINDS.items()}


def asked(kind: RatedKind, subject_id: int, identity_id: int, *, at_us: int) -> Asked:
    """The question put to an identity at a moment. Take a moment from the tables: then the link is the same again."""
    return Asked(kind=kind, subject_id=subject_id, identity_id=identity_id, day=at_us // DAY_US)


def write(question: Asked, *, secret: bytes) -> str:
    """The token of a question: 43 characters of base64url (RFC 4648 §5)."""
    body = _BODY.pack(_KINDS[question.kind], question.subject_id, question.identity_id, question.day)
    return base64.urlsafe_b64encode(body + _mac(body, secret)).rstrip(b"=").decode()


def read(token: str, *, secret: bytes) -> Asked | None:
    """The question of a token; None for one that we didn't sign. Compares in constant time."""
    if len(token) != TOKEN_CHARS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if not hmac.compare_digest(_mac(body, secret), mac):
        return None
    kind, subject_id, identity_id, day = _BODY.unpack(body)
    return Asked(kind=_NAMES[kind], subject_id=subject_id, identity_id=identity_id, day=day)


def rating_id(question: Asked) -> int:
    """One identity has one rating of one thing, however often it was asked."""
    return digest_id("rating", str(question.kind), question.subject_id, question.identity_id)


def is_open(question: Asked, known: Rating | None, *, now_us: int) -> bool:
    """Whether an answer is still taken: the first within 90 days of the question, a change within 30 of the first."""
    if known is None:
        return now_us < (question.day + ANSWERABLE_DAYS) * DAY_US
    return now_us < known.first_us + CHANGEABLE_DAYS * DAY_US and known.version < MOST_VERSIONS


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"rating:" + body, hashlib.sha256).digest()[:_MAC_BYTES]
