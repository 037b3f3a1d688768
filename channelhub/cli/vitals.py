"""How an account does, in a few words: when it last worked, how late messages come, what waits at its channel."""

from collections.abc import Mapping
from typing import Any, Final

from channelhub.cli.printing import when

LATE_S: Final = 60.0  # from here on it is told


def vitals(one: Mapping[str, Any]) -> str:
    """Of an account as the API shows it; empty where nothing is known."""
    found = []
    if one["last_success"]:
        found.append(f"last worked {when(one['last_success'])}")
    if one["lag_s"] is not None and one["lag_s"] >= LATE_S:
        found.append(f"its newest message came {span(one['lag_s'])} late")
    if one["backlog"]:
        found.append(f"{one['backlog']} wait at the channel")
    return ", ".join(found)


def span(seconds: float) -> str:
    """A time that has passed, in its largest unit."""
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86400:.0f} days"
