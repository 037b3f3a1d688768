"""From what monitoring says, in whatever order it arrives, to one record for each time that an alert fired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredAlert:
    """One alert while it fired; times in microseconds UTC. An end whose start isn't known starts at its end."""

    id: int
    account: str
    key: str
    name: str
    severity: str
    summary: str
    labels: dict[str, str]
    url: str
    started_us: int
    ended_us: int | None = None


def fired(known: Sequence[FiredAlert], told: FiredAlert, *, is_start_known: bool) -> tuple[FiredAlert, ...]:
    """What changes in the records of one alert when monitoring says `told`. Saying it again changes nothing.

    `is_start_known`: the system says since when the alert fires, so that start and end find each other by it.
    Otherwise `told` starts when the system spoke, and belongs to the record that it falls into or that it ends.
    """
    changed = _by_start(known, told) if is_start_known else _by_time(known, told)
    return tuple(one for one in changed if one not in known)


def _by_start(known: Sequence[FiredAlert], told: FiredAlert) -> list[FiredAlert]:
    """An alert fires once at a time: a new start ends what was still open before it."""
    same = next((one for one in known if one.started_us == told.started_us), None)
    if same is not None:
        return [_reworded(same, told) if told.ended_us is None else replace(same, ended_us=told.ended_us)]
    later_us = min((one.started_us for one in known if one.started_us > told.started_us), default=None)
    before = [one for one in known if one.ended_us is None and one.started_us < told.started_us]
    return [
        told if told.ended_us is not None else replace(told, ended_us=later_us),
        *(replace(one, ended_us=told.started_us) for one in before),
    ]


def _reworded(known: FiredAlert, told: FiredAlert) -> FiredAlert:
    """The newest words of an alert count: a system repeats it with the figures of the moment."""
    return replace(told, id=known.id, started_us=known.started_us, ended_us=known.ended_us)


def _by_time(known: Sequence[FiredAlert], told: FiredAlert) -> list[FiredAlert]:
    at_us = told.started_us if told.ended_us is None else told.ended_us
    if told.ended_us is not None:
        before = max((one for one in known if one.started_us <= at_us), key=_start, default=None)
        if before is not None and before.ended_us is None:
            return [replace(before, ended_us=at_us)]
    if any(one.started_us <= at_us and (one.ended_us is None or at_us <= one.ended_us) for one in known):
        return []
    if told.ended_us is not None:
        return [replace(told, started_us=at_us)]  # its start comes later, or was never told
    after = min((one for one in known if one.started_us >= at_us), key=_start, default=None)
    if after is not None and after.ended_us == after.started_us:
        return [replace(after, started_us=at_us)]  # its end came first
    return [replace(told, ended_us=None if after is None else after.started_us)]


def _start(one: FiredAlert) -> int:
    return one.started_us
