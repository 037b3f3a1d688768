"""From a post's bytes to the raw message that is stored."""

import hashlib
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.teams.shapes import Activity

MAX_ID_CHARS: Final = 300
_ONCE: Final = frozenset({"message", "messageDelete"})  # types that are one delivery for each message
UNTOLD: Final = frozenset({"typing", "endOfConversation"})  # nobody says anything, and nothing happens


def activity_of(body: bytes) -> Activity | None:
    """None for bytes that are no activity."""
    try:
        return msgspec.json.decode(body, type=Activity)
    except UNREADABLE:
        return None


def to_raw(body: bytes, activity: Activity | None, *, account: str, peer: str = "") -> RawMessage:
    """What is stored of a post. A message comes again with its conversation and id; of an edit the time belongs to its
    name; what has no id is named by its digest."""
    digest = hashlib.sha256(body).hexdigest()
    name = digest
    if activity and activity.id and activity.conversation:
        parts = [activity.type, activity.conversation.id, activity.id]
        if activity.type == "messageUpdate" and activity.timestamp:
            parts.append(activity.timestamp.isoformat())
        elif activity.type not in _ONCE:
            parts.append(digest[:16])
        name = ":".join(parts)
    return RawMessage(
        account=account,
        delivery_id=name if len(name) <= MAX_ID_CHARS else digest,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer),
        channel_time=activity.timestamp if activity else None,
    )
