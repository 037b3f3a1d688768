"""Counts failures per origin in a sliding minute, in bounded memory."""

from collections import OrderedDict, deque

WINDOW_S = 60.0


class FailureLimit:
    """Says when an origin has failed too often. Success is never slowed: ask only after a failure."""

    def __init__(self, *, per_minute: int, max_origins: int = 10_000) -> None:
        self._per_minute = per_minute
        self._max_origins = max_origins
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def fail(self, origin: str, *, now_s: float) -> float:
        """Count a failure; seconds to wait when the origin is over its limit, else 0."""
        times = self._failures.setdefault(origin, deque(maxlen=self._per_minute + 1))
        self._failures.move_to_end(origin)
        while times and times[0] <= now_s - WINDOW_S:
            times.popleft()
        times.append(now_s)
        if len(self._failures) > self._max_origins:
            self._failures.popitem(last=False)
        return 0.0 if len(times) <= self._per_minute else times[0] + WINDOW_S - now_s


class AttemptLimit:
    """Bounds what may be tried in a time, whether it succeeds or not: ask before each try, in bounded memory."""

    def __init__(self, *, most: int, window_s: float, max_keys: int = 10_000) -> None:
        self._most = most
        self._window_s = window_s
        self._max_keys = max_keys
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, key: str, *, now_s: float) -> float:
        """Count a try and say 0, or the seconds until the next one may be: then this one isn't counted."""
        times = self._tries.setdefault(key, deque(maxlen=self._most))
        self._tries.move_to_end(key)
        while times and times[0] <= now_s - self._window_s:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._window_s - now_s
        times.append(now_s)
        if len(self._tries) > self._max_keys:
            self._tries.popitem(last=False)
        return 0.0

    def forgive(self, key: str) -> None:
        """The last try was a good one: it doesn't count."""
        times = self._tries.get(key)
        if times:
            times.pop()
