"""How much a token may ask in a minute, and how it is told (draft-ietf-httpapi-ratelimit-headers-10).

A fixed window that begins with a token's first request: what is left and when it ends are plain numbers, as the headers
want them. What brings messages in is not counted: a customer's message is never refused for this, and intake has limits
of its own (the queue before the disk).
"""

import math
from collections import OrderedDict
from dataclasses import dataclass

from aiohttp import web

WINDOW_S = 60
MAX_TOKENS = 10_000  # remembered at one moment; the one that began longest ago is forgotten first
ROUNDING_S = 0.001  # who waits as long as told is in time, however the clock's fractions add up
NAME = "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Where a token stands after a request. `reset_s` is rounded up, so that whoever waits that long is in time."""

    limit: int
    used: int  # more than `limit` where the request is one too many
    reset_s: int

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """For every answer to the token."""
        remaining = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"{NAME}";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"{NAME}";r={remaining};t={self.reset_s}',
        }


QUOTA = web.RequestKey("quota", Quota)


class Quotas:
    """Counts requests by token. `per_minute` 0: nothing is counted."""

    def __init__(self, *, per_minute: int, max_tokens: int = MAX_TOKENS) -> None:
        self._per_minute = per_minute
        self._max_tokens = max_tokens
        self._windows: OrderedDict[int, tuple[float, int]] = OrderedDict()  # by token: when it began, requests

    def limit(self, per_minute: int) -> None:
        """So many from now on; windows that are open go on with what they have counted."""
        self._per_minute = per_minute

    def take(self, token_id: int, *, now_s: float) -> Quota | None:
        """Count a request; None where there is no limit, as for the daemon's own user and browsers (token 0)."""
        if not self._per_minute or not token_id:
            return None
        began_s, used = self._windows.get(token_id, (now_s, 0))
        if now_s - began_s >= WINDOW_S - ROUNDING_S:
            began_s, used = now_s, 0
        if used == 0:
            self._windows.pop(token_id, None)  # so that the order is that in which windows began
        used = min(used, self._per_minute) + 1
        self._windows[token_id] = (began_s, used)
        if len(self._windows) > self._max_tokens:
            self._windows.popitem(last=False)
        return Quota(limit=self._per_minute, used=used, reset_s=max(1, math.ceil(began_s + WINDOW_S - now_s)))
