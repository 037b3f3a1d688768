"""Which events an endpoint gets."""

import re
from dataclasses import dataclass

from channelhub.domain.webhooks import Filters

_PATTERN = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.\*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What filters look at in an event. `segment`: the class of the customer it is about, empty where unknown."""

    type: str
    account: str = ""
    segment: str = ""
    is_replayed: bool = False


def takes(filters: Filters, subject: Subject) -> bool:
    """Whether the event is for an endpoint with these filters."""
    return (
        (filters.takes_replayed or not subject.is_replayed)
        and (not filters.event_types or any(is_of(subject.type, one) for one in filters.event_types))
        and (not filters.accounts or subject.account in filters.accounts)
        and (not filters.segments or subject.segment in filters.segments)
    )


def is_of(event_type: str, pattern: str) -> bool:
    """Whether a type is what the pattern names: itself, `outage.*` for all that begin so, `*` for all."""
    return pattern in ("*", event_type) or (pattern.endswith(".*") and event_type.startswith(pattern[:-1]))


def is_pattern(text: str) -> bool:
    """Whether a text can name event types at all."""
    return _PATTERN.fullmatch(text) is not None
