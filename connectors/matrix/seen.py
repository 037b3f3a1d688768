"""What was said lately, kept in memory: who wrote it, so that nobody changes another's words."""

from typing import Generic, TypeVar

V = TypeVar("V")
MOST_EVENTS = 50_000
MOST_ROOMS = 10_000


class Latest(Generic[V]):
    """The last so many entries by their key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[str, V] = {}

    def __setitem__(self, key: str, value: V) -> None:
        self._entries.pop(key, None)
        self._entries[key] = value
        if len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]

    def get(self, key: str) -> V | None:
        return self._entries.get(key)


class Seen:
    """Writers of events, what reactions stand at ("target emoji"), and who last wrote into each room."""

    def __init__(self) -> None:
        self.writers: Latest[str] = Latest(MOST_EVENTS)
        self.reactions: Latest[str] = Latest(MOST_EVENTS)
        self.customers: Latest[str] = Latest(MOST_ROOMS)
