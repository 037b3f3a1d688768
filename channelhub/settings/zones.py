"""Zones by their names in the IANA database, as the machine has it."""

from datetime import tzinfo
from zoneinfo import ZoneInfo


def zone(name: str) -> tzinfo:
    """The zone of a name such as Europe/Kyiv. Raises ValueError for one that this machine doesn't know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise ValueError(f"expected a zone's name, such as Europe/Kyiv or UTC, not {name!r}") from exc
