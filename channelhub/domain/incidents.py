"""A registered contact that wants an answer (ITIL's word), and the states it goes through."""

from enum import StrEnum


class IncidentState(StrEnum):
    """Where an incident stands. `rules.lifecycle` says which step may follow which."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting_for_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def is_open(self) -> bool:
        return self not in (IncidentState.RESOLVED, IncidentState.CLOSED)


class Priority(StrEnum):
    """How urgent an incident is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"
