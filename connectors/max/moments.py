"""Times as MAX tells them."""

from datetime import UTC, datetime


def moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
