"""The day that tells apart two mails of the same bytes that carry no Message-ID."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channelhub.domain.raw import RawMessage

_SEARCHED_BYTES = 64 * 1024
_RECEIVED = re.compile(rb"(?:\A|\r\n)received:((?:[^\r\n]|\r\n[ \t])*)", re.IGNORECASE)
_MAX_DATE_CHARS = 64
_NOTED = re.compile(r"\A[0-9a-f]{16}:(\d{4}-\d\d-\d\d)\Z")


def message_day(raw: RawMessage) -> str:
    """The day beside the digest of a mail without Message-ID: the one its delivery is known by, else that of its last
    relay or of its place in the mailbox; empty where nothing tells it."""
    noted = _NOTED.search(raw.delivery_id)
    if noted is not None:
        return noted[1]
    return relay_day(raw.body) or (_day(raw.channel_time) if raw.channel_time else "")


def arrival_day(mail: bytes, now: datetime) -> str:
    """The UTC day, as 2026-11-21, on which the last relay took the mail (see `relay_day`).

    A sender that is no relay leaves none: then it is the day of `now`.
    """
    return relay_day(mail) or _day(now)


def relay_day(mail: bytes) -> str:
    """The UTC day, as 2026-11-21, on which the last relay took the mail; empty where none says so.

    Read from its Received header, which a repeated attempt carries unchanged, so a repeat after midnight keeps its
    day.
    """
    end_of_headers = mail.find(b"\r\n\r\n", 0, _SEARCHED_BYTES)
    head = mail[: end_of_headers if end_of_headers >= 0 else _SEARCHED_BYTES]
    found = _RECEIVED.search(head)
    if found is not None:
        stamp = found[1].rpartition(b";")[2].decode("ascii", "replace").strip()[:_MAX_DATE_CHARS]
        try:
            taken = parsedate_to_datetime(stamp)
        except (ValueError, TypeError, IndexError, OverflowError):
            return ""
        return _day(taken if taken.tzinfo is not None else taken.replace(tzinfo=UTC))
    return ""


def _day(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).date().isoformat()
    except OverflowError:
        return moment.date().isoformat()
