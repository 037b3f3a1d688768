"""What people on call are told about an outage or about events, and what became of telling it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

SUMMARY: Final = "summary"  # stands for a type of event where many are summed up


class AlertAction(StrEnum):
    """TRIGGER opens an alert at its receiver, UPDATE changes it, RESOLVE closes it."""

    TRIGGER = "trigger"
    UPDATE = "update"
    RESOLVE = "resolve"


class AlertDeliveryState(StrEnum):
    """SKIPPED: a later one says it all, or there was nothing to close."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Severity(StrEnum):
    """How pressing it is: suspected, confirmed, escalated."""

    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageAlert:
    """An outage as it was when it was told: numbers and words, no customer's name or address.

    `title` is a customer's own words without addresses and numbers; `customers_before` what was told last.
    """

    title: str
    state: str
    severity: Severity
    customers: int
    messages: int
    began_at: datetime
    link: str
    level: str = ""  # of escalation
    customers_before: int = 0
    terms: tuple[str, ...] = ()
    channels: dict[str, int] = field(default_factory=dict)
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAlert:
    """One event as a target is told of it. `data` is the event's own: ids and facts, no customer's name or address."""

    id: int
    type: str
    at: datetime
    account: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSummary:
    """Events that were too many to be told one by one: how many of each type, and when the first and last happened."""

    type: ClassVar[str] = SUMMARY
    counts: dict[str, int]
    first_at: datetime
    last_at: datetime


AlertContent = OutageAlert | EventAlert | EventSummary
