"""What a customer says about how a problem was handled: a score from 1 to 5, and words if they like."""

from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 1, 5
MAX_COMMENT = 2000  # characters


class RatedKind(StrEnum):
    """What is rated."""

    OUTAGE = "outage"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who was asked about what. `day` is the day of the question, counted from 1970-01-01 UTC."""

    kind: RatedKind
    subject_id: int
    identity_id: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What stands now; what was said before is kept as versions. Times are microseconds UTC."""

    id: int
    kind: RatedKind
    subject_id: int
    identity_id: int
    score: int
    comment: str
    first_us: int
    changed_us: int
    version: int = 1

    @property
    def outage_id(self) -> int | None:
        return self.subject_id if self.kind is RatedKind.OUTAGE else None

    @property
    def incident_id(self) -> int | None:
        return self.subject_id if self.kind is RatedKind.INCIDENT else None
