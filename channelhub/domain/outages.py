"""A mass outage and the reports that make it."""

from enum import StrEnum


class OutageState(StrEnum):
    """emerging (silent) → suspected → confirmed → monitoring → resolved; or dismissed with memory."""

    EMERGING = "emerging"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @property
    def is_open(self) -> bool:
        return self in _OPEN


_OPEN = frozenset({OutageState.EMERGING, OutageState.SUSPECTED, OutageState.CONFIRMED, OutageState.MONITORING})
