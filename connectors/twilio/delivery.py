"""From a post, or a line of Twilio's list, to the raw message that is stored. Both name a message by its sid."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from connectors.twilio.signature import Fields

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
ABOUT: Final = "about"  # of our address for reports: what we signed, so that a report finds its message
WAY: Final = "way"  # of the envelope: LISTED where we found the message in Twilio's list
LISTED: Final = "listed"
MAX_ID_CHARS: Final = 100
MAX_TOKEN_CHARS: Final = 500


def posted(
    body: bytes, fields: Fields, *, account: str, about: str = "", peer: str = "", content_type: str = FORM
) -> RawMessage:
    """What is stored of a post: a message's sid names it, a report's with the status. Others go by their digest."""
    named = dict(fields)
    sid = named.get("MessageSid") or named.get("SmsSid") or ""
    status = named.get("MessageStatus", "")
    name = f"{sid}:{status}" if status else sid
    is_name = bool(sid) and len(name) <= MAX_ID_CHARS and name.isascii() and name.isprintable()
    return RawMessage(
        account=account,
        delivery_id=name if is_name else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type=content_type,
        envelope=Envelope(peer=peer, extra={ABOUT: about[:MAX_TOKEN_CHARS]} if about else {}),
    )


class Line(msgspec.Struct, frozen=True):
    """What is stored of a message that Twilio's list has and no post brought: its entry, and its files' entries."""

    message: msgspec.Raw
    media: tuple[msgspec.Raw, ...] = ()


def listed(sid: str, line: Line, *, account: str, at: datetime | None) -> RawMessage:
    """The same delivery as the post that never came, sent at `at`, where that is told."""
    return RawMessage(
        account=account,
        delivery_id=sid,
        body=msgspec.json.encode(line),
        content_type=JSON,
        envelope=Envelope(extra={WAY: LISTED}),
        channel_time=at,
        is_backfill=True,
    )
