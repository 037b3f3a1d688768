"""When an answer says to come again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_S: Final = 24 * 3600.0
_MOST_CHARS: Final = 64


def retry_after_s(text: str, *, now: datetime, date: str = "") -> float | None:
    """A `Retry-After` in either form (RFC 9110 §10.2.3), 0 to a day; None for anything else.

    `date` is the answer's own `Date` header: a moment is counted from it, so that it is right whatever our clock says.
    """
    text = text.strip()[:_MOST_CHARS]
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_S)
    until = _moment(text)
    if until is None:
        return None
    return min(max((until - (_moment(date) or now)).total_seconds(), 0.0), LONGEST_S)


def _moment(text: str) -> datetime | None:
    """An HTTP date; one without a zone is in UTC."""
    try:
        moment = parsedate_to_datetime(text.strip()[:_MOST_CHARS])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
