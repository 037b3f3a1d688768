"""Times as VK tells them."""

from datetime import UTC, datetime


def moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
