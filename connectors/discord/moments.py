"""Times in Discord's ids: milliseconds since the beginning of 2015, in all but the lowest 22 bits."""

from datetime import UTC, datetime, timedelta
from typing import Final

_BEGIN_MS: Final = 1_420_070_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_BITS: Final = 22


def moment_of(snowflake: str) -> datetime:
    """When a thing was made, by its id."""
    return _EPOCH + ((int(snowflake) >> _BITS) + _BEGIN_MS) * _MILLISECOND


def first_after(at: datetime) -> str:
    """An id that is smaller than that of anything made since then."""
    since_ms = max(0, (at - _EPOCH) // _MILLISECOND - _BEGIN_MS)
    return str(max(0, (since_ms << _BITS) - 1))


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)
