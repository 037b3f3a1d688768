"""What of a list isn't in the documented shape: it is stored alone and parked, and holds up nothing beside it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.following import Listed
from connectors.helpdesk.said import moment, moment_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """What can still be told of it: its id, else the digest of its bytes, and when it was said, where that is told."""

    name: str
    at: datetime | None


class _Named(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | int


class _Timed(msgspec.Struct, frozen=True):
    created_at: Any = None


def odd(raw: bytes) -> Odd:
    """The same for the same element, whenever it is listed. Raises nothing."""
    try:
        name = str(msgspec.json.decode(raw, type=_Named).id)
    except UNREADABLE:
        name = hashlib.sha256(raw).hexdigest()
    return Odd(name=name, at=_at(raw))


def parked(one: Odd, body: bytes, *, prefix: str, account: str, marks: dict[str, str]) -> Listed:
    """It as a delivery, named as the readable one would be. `body` is what `parse` is given, and refuses."""
    name = f"{prefix}{one.name}"
    stored = RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type="application/json",
        envelope=Envelope(extra=marks),
        channel_time=one.at,
        is_backfill=True,
    )
    return Listed(raw=stored, posted_id=name)


def _at(raw: bytes) -> datetime | None:
    try:
        told = msgspec.json.decode(raw, type=_Timed).created_at
    except UNREADABLE:
        return None
    if isinstance(told, str):
        return moment(told)
    return moment_s(told) if isinstance(told, int | float) and not isinstance(told, bool) else None
