"""Who writes an answer where, right now: in memory only, for half a minute after the last sign of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

FOR = timedelta(seconds=30)
MOST = 2000  # people in conversations; beyond them nobody is noticed until others are gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Somebody has the answer to a conversation open, since a time."""

    name: str
    since: datetime


class Presence:
    """Asked and told by name: who shares one is one person."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[tuple[int, str], tuple[datetime, datetime]] = {}  # since when, and last

    def writes(self, conversation_id: int, name: str) -> None:
        """A sign of somebody."""
        now = self._now()
        if (conversation_id, name) not in self._seen and len(self._seen) >= MOST:
            self._forget(now)
            if len(self._seen) >= MOST:
                return
        since, last = self._seen.get((conversation_id, name), (now, now))
        self._seen[conversation_id, name] = (since if now - last < FOR else now, now)

    def stops(self, conversation_id: int, name: str) -> None:
        """They sent it, or left."""
        self._seen.pop((conversation_id, name), None)

    def there(self, conversation_id: int) -> list[Writing]:
        """Who writes in a conversation, the first who began first."""
        now = self._now()
        found = [
            Writing(name=name, since=since)
            for (place, name), (since, last) in self._seen.items()
            if place == conversation_id and now - last < FOR
        ]
        return sorted(found, key=lambda one: (one.since, one.name))

    def _forget(self, now: datetime) -> None:
        self._seen = {key: times for key, times in self._seen.items() if now - times[1] < FOR}


PRESENCE = web.AppKey("presence", Presence)
