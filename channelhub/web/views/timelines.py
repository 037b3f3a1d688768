"""Entries of a timeline, as the API shows them."""

from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.store.timeline import Entry, Place


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline. `text` is its beginning when `cut` is true."""

    type: str
    id: str
    at: datetime
    channel: str
    account: str
    direction: str
    verified: bool
    subject: str
    text: str
    cut: bool
    attachments: int
    attachments_pending: int  # of these, still to be fetched from the channel
    attachments_missing: int  # of these, refused or failed: the message says why
    identity_id: str
    conversation_id: str | None
    incident_id: str | None
    outage_id: str | None
    state: str
    reason: str  # why an outgoing message is delayed, failed or uncertain
    flags: list[str]


class TimelineView(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next` is what to pass as `before`, `newer` what to pass as `after`; null at the ends. A filter
    looks at so many entries at once: where it found none, `next` may still lead further."""

    items: list[EntryView]
    next: str | None
    newer: str | None


def entry(one: Entry) -> EntryView:
    return EntryView(
        type=one.type,
        id=str(one.id),
        at=from_us(one.at_us),
        channel=one.channel,
        account=one.account,
        direction=one.direction,
        verified=one.is_verified,
        subject=one.subject,
        text=one.preview,
        cut=one.is_cut,
        attachments=one.attachments,
        attachments_pending=one.files_pending,
        attachments_missing=one.files_missing,
        identity_id=str(one.identity_id),
        conversation_id=_id(one.conversation_id),
        incident_id=_id(one.incident_id),
        outage_id=_id(one.outage_id),
        state=one.state,
        reason=one.reason,
        flags=list(one.flags),
    )


def place(at: Place | None) -> str | None:
    """Where a timeline goes on, as a cursor."""
    return None if at is None else f"{at[0]}.{at[1]}"


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
