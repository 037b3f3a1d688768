"""How many messages about events a target gets: so many in a minute, the rest summed up in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from channelhub.domain.alerts import EventSummary
from channelhub.domain.times import from_us

MINUTE_US: Final = 60_000_000
_NONE: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """A target's minute: when it began, messages in it, and by type the events that wait to be summed up.

    Times are microseconds UTC; those of the first and last event that waits are 0 where none does.
    """

    window_us: int = 0
    told: int = 0
    held: Mapping[str, int] = field(default_factory=lambda: _NONE)
    held_first_us: int = 0
    held_last_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`waiting`: messages that the target wasn't told yet. While a minute's worth of them waits, no more are added."""

    per_minute: int
    waiting: int
    now_us: int


def admit(pacing: Pacing, event_type: str, *, at_us: int, limits: Limits) -> tuple[Pacing, bool]:
    """The minute with one more event, and whether it is a message of its own.

    The last message of a minute is kept for the summary. What comes after an event that waits, waits too: a summary
    never speaks of what is newer than the messages after it.
    """
    if not pacing.held:
        pacing = _in_its_minute(pacing, limits.now_us)
        if pacing.told < limits.per_minute - 1 and limits.waiting < limits.per_minute:
            return replace(pacing, told=pacing.told + 1), True
    held = {**pacing.held, event_type: pacing.held.get(event_type, 0) + 1}
    first_us = min(pacing.held_first_us, at_us) if pacing.held else at_us
    return replace(pacing, held=held, held_first_us=first_us, held_last_us=max(pacing.held_last_us, at_us)), False


def summed(pacing: Pacing, limits: Limits) -> tuple[Pacing, EventSummary] | None:
    """The next minute and the summary it begins with, when its time has come."""
    if not pacing.held or not _is_over(pacing, limits.now_us) or limits.waiting >= limits.per_minute:
        return None
    summary = EventSummary(
        counts=dict(sorted(pacing.held.items(), key=lambda one: (-one[1], one[0]))),
        first_at=from_us(pacing.held_first_us),
        last_at=from_us(pacing.held_last_us),
    )
    return Pacing(window_us=limits.now_us, told=1), summary


def _in_its_minute(pacing: Pacing, now_us: int) -> Pacing:
    return Pacing(window_us=now_us) if _is_over(pacing, now_us) else pacing


def _is_over(pacing: Pacing, now_us: int) -> bool:
    """Whether the minute has passed; also when the clock was put back before it."""
    return not pacing.window_us <= now_us < pacing.window_us + MINUTE_US
