"""What is told of an absence that was longer than an account reads back."""

from datetime import datetime


def unread_note(since: datetime, read_from: datetime, *, hours: float) -> str:
    """In one sentence; empty where everything since then was read. Both are aware and of one zone; `hours` is the
    account's `backfill_hours`."""
    if since >= read_from:
        return ""
    left_out = f"from {since:%Y-%m-%d %H:%M} to {read_from:%Y-%m-%d %H:%M} UTC"
    return f"what was said {left_out} is not read: backfill_hours = {hours:g}"
