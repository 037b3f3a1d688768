"""When a webhook is tried again: the schedule that Standard Webhooks recommends, ten tries within some 76 hours."""

import zlib
from datetime import datetime, timedelta
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


def is_hopeless(*, failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that fails again has taken nothing for so long that it is disabled."""
    return failing_since is not None and now - failing_since >= FAILING_FOR
