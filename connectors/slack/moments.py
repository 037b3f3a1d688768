"""Slack's moments: seconds with a fraction, as text."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_US = 253_402_300_799_999_999  # the end of 9999


def microseconds(stamp: str) -> int:
    """Since 1970."""
    seconds, _, fraction = stamp.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6])


def moment(stamp: str) -> datetime | None:
    """The same as a time; None beyond the calendar."""
    found = microseconds(stamp)
    return _EPOCH + timedelta(microseconds=found) if found <= _LAST_US else None


def stamp_of(at: datetime) -> str:
    """A moment as Slack writes it."""
    seconds, fraction = divmod((at - _EPOCH) // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{fraction:06}"
