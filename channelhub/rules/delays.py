"""When something happened, and whether it is too old to act on."""

from datetime import datetime, timedelta

FURTHEST_BACK = timedelta(days=30)
LIVE_WITHIN = timedelta(hours=24)


def timeline_at(
    *, sent_at: datetime | None, received_at: datetime, is_vouched: bool, is_backfill: bool = False
) -> datetime:
    """The channel's, clamped to [received - 30 d, received] where the channel doesn't vouch for it.

    What is brought in as history may be as old as it says.
    """
    if sent_at is None:
        return received_at
    if is_vouched:
        return sent_at
    return min(sent_at if is_backfill else max(sent_at, received_at - FURTHEST_BACK), received_at)


def is_history(*, is_backfill: bool, at: datetime, received_at: datetime) -> bool:
    """Backfill enters timelines and usual rates only, unless it was sent within the last day."""
    return is_backfill and received_at - at > LIVE_WITHIN
