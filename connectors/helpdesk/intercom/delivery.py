"""From a post, or a part of a listed conversation, to the raw message that is stored. Both name a part by its id."""

import hashlib
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.intercom.shapes import Conversation, Event, Line, Part
from connectors.helpdesk.intercom.telling import BEGUN, REDACTED, SPOKEN, posted_parts, tells_nothing
from connectors.helpdesk.odd import odd
from connectors.helpdesk.said import MAX_ID_CHARS, TRUST, moment_s

LISTED: Final = "listed"  # of the envelope: it came by the list


def posted(body: bytes, *, account: str, trust: str, peer: str = "") -> RawMessage | None:
    """What is stored of a post: one part by its id, other events by theirs, the rest by its digest. None for what
    tells nobody anything."""
    name, at = "", None
    try:
        event = msgspec.json.decode(body, type=Event)
        if tells_nothing(event.topic):
            return None
        name, at = event.id or "", moment_s(event.created_at)
        if event.topic in SPOKEN | BEGUN:
            _, parts = posted_parts(event)
            if not parts:
                return None
            if len(parts) == 1:
                name, at = name_of(parts[0]), moment_s(parts[0].created_at)
        elif event.topic == REDACTED:
            _, parts = posted_parts(event)
            name = f"part:{parts[0].id}:deleted" if len(parts) == 1 else name
    except UNREADABLE:
        pass
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra={TRUST: trust}),
        channel_time=at,
    )


def listed(raw: msgspec.Raw, part: Part | None, outline: Conversation, *, account: str, trust: str) -> RawMessage:
    """The same delivery as the post that never came. A part that can't be read is parked."""
    unread = odd(raw)
    return RawMessage(
        account=account,
        delivery_id=name_of(part) if part else f"part:{unread.name}",
        body=msgspec.json.encode(Line(conversation=outline, part=raw)),
        content_type="application/json",
        envelope=Envelope(extra={TRUST: trust, LISTED: "yes"}),
        channel_time=moment_s(part.created_at) if part else unread.at,
        is_backfill=True,
    )


def name_of(part: Part) -> str:
    return f"part:{part.id}:deleted" if part.redacted else f"part:{part.id}"
