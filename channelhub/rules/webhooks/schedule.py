"""When a webhook is tried again: the schedule that Standard Webhooks recommends, ten tries within some 76 hours."""

import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_MINUTE, _HOUR = 60.0, 3600.0
#: Seconds before each try, after the one before it.
SCHEDULE_S: Final = (
    0.0, 5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
JITTER: Final = 0.1  # of a wait, to either side: what failed together is not tried together
LONGEST_ASKED_S: Final = 24 * _HOUR
FAILING_FOR: Final = timedelta(days=5)


def wait_s(delivery_id: int, tries: int, *, asked_s: float | None = None) -> float | None:
    """Seconds until the next try after `tries` failed ones; None: there is none.

    Never sooner than the endpoint asked, which counts up to a day. The jitter comes from the ids: the same every time.
    """
    if tries >= len(SCHEDULE_S):
        return None
    roll = zlib.crc32(f"{delivery_id}:{tries}".encode()) / 0xFFFFFFFF  # 0 to 1
    return max(SCHEDULE_S[tries] * (1 - JITTER + 2 * JITTER * roll), min(asked_s or 0.0, LONGEST_ASKED_S))


def retry_after_s(text: str, *, now: datetime) -> float | None:
    """A Retry-After in either form (RFC 9110 §10.2.3), 0 to a day; None for anything else."""
    text = text.strip()[:64]
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_ASKED_S)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_ASKED_S)


def is_hopeless(*, failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that fails again has taken nothing for so long that it is disabled."""
    return failing_since is not None and now - failing_since >= FAILING_FOR
