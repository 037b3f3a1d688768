"""How callers hear in time that a route will go: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) on its answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """Since when a route shouldn't be used, when it ends, and the address of a page that says what to use instead."""

    since: datetime
    sunset: datetime | None = None  # not decided yet
    link: str = ""

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since:
            raise ValueError("a route can't end before it is deprecated")

    def headers(self) -> dict[str, str]:
        """For every answer of the route, refusals included."""
        made = {"Deprecation": f"@{int(self.since.timestamp())}"}
        if self.sunset is not None:
            made["Sunset"] = format_datetime(self.sunset.astimezone(UTC), usegmt=True)
        if self.link:
            made["Link"] = f'<{self.link}>; rel="deprecation"; type="text/html"'
        return made

    def sentence(self) -> str:
        """For people who read the description."""
        end = f"; it ends on {self.sunset:%Y-%m-%d}" if self.sunset else ""
        instead = f"; see {self.link}" if self.link else ""
        return f"Deprecated since {self.since:%Y-%m-%d}{end}{instead}."
