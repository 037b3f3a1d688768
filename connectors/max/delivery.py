"""From an update's bytes to the raw message that is stored."""

import hashlib
from datetime import UTC, datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.max.shapes import Milliseconds

MAX_ID_CHARS = 200
GROUPS = "groups"  # of the envelope: "off" where groups are not taken


class _Body(msgspec.Struct, frozen=True):
    mid: str


class _Message(msgspec.Struct, frozen=True):
    body: _Body | None = None


class _Callback(msgspec.Struct, frozen=True):
    callback_id: str


class _Peek(msgspec.Struct, frozen=True):
    """Of an update, what its delivery is named by."""

    update_type: str
    timestamp: Milliseconds = 0
    message: _Message | None = None
    callback: _Callback | None = None
    message_id: str = ""

    @property
    def name(self) -> str:
        """Empty for what has no id: its bytes name it."""
        if self.callback:
            return f"{self.update_type}:{self.callback.callback_id}"
        mid = self.message.body.mid if self.message and self.message.body else self.message_id
        if not mid:
            return ""
        when = f":{self.timestamp}" if self.update_type == "message_edited" else ""
        return f"{self.update_type}:{mid}{when}"


def to_raw(body: bytes, *, account: str, takes_groups: bool, peer: str = "") -> RawMessage:
    """What is stored of an update. The same one has the same id in each redelivery; a message's own id names several
    updates, so theirs has the kind, and an edit the time of its change, too."""
    try:
        peek = msgspec.json.decode(body, type=_Peek)
    except UNREADABLE:
        peek = _Peek(update_type="")
    name = peek.name
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra={} if takes_groups else {GROUPS: "off"}),
        channel_time=datetime.fromtimestamp(peek.timestamp / 1000, UTC) if peek.timestamp else None,
    )
