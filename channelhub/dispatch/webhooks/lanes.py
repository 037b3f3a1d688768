"""How many posts each endpoint may have under way, so that endpoints that hang never hold the others up.

An endpoint whose last attempt failed, or that has kept a post waiting for two seconds, is *slow*: it gets one post at a
time, and all slow ones together at most half of the places. The other half is always there for those that answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from channelhub.store.webhook_deliveries import Pulse

SLOW_S: Final = 2.0
EACH: Final = 4


@dataclass(slots=True)
class Room:
    """The places at one moment. It is spent while what is due is read."""

    under_way: Mapping[int, int]  # posts by endpoint
    slow: frozenset[int]
    free: int
    free_for_slow: int

    def of(self, pulse: Pulse) -> int:
        """How many more posts the endpoint may begin."""
        is_slow = pulse.is_failing or pulse.webhook_id in self.slow
        most = 1 if pulse.is_ordered or is_slow else EACH
        left = max(0, most - self.under_way.get(pulse.webhook_id, 0))
        return min(left, self.free, self.free_for_slow if is_slow else left)

    def spend(self, pulse: Pulse, posts: int) -> None:
        """So many were chosen."""
        self.free -= posts
        if pulse.is_failing or pulse.webhook_id in self.slow:
            self.free_for_slow -= posts


class Lanes:
    """Counts what is under way. Times are seconds of the loop's clock."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._begun_s: dict[int, dict[int, float]] = {}  # by endpoint, then delivery
        self._failing: set[int] = set()

    def __contains__(self, delivery_id: int) -> bool:
        return any(delivery_id in lane for lane in self._begun_s.values())

    @property
    def ids(self) -> frozenset[int]:
        """The deliveries under way."""
        return frozenset(one for lane in self._begun_s.values() for one in lane)

    def room(self, *, now_s: float) -> Room:
        slow = {
            webhook_id
            for webhook_id, lane in self._begun_s.items()
            if webhook_id in self._failing or min(lane.values()) <= now_s - SLOW_S
        }
        under_way = {webhook_id: len(lane) for webhook_id, lane in self._begun_s.items()}
        taken_by_slow = sum(under_way[one] for one in slow)
        return Room(
            under_way=under_way,
            slow=frozenset(slow),
            free=max(0, self._most - sum(under_way.values())),
            free_for_slow=max(0, self._most // 2 - taken_by_slow),
        )

    def begin(self, pulse: Pulse, delivery_id: int, *, now_s: float) -> None:
        """A post begins."""
        self._begun_s.setdefault(pulse.webhook_id, {})[delivery_id] = now_s
        if pulse.is_failing:
            self._failing.add(pulse.webhook_id)
        else:
            self._failing.discard(pulse.webhook_id)

    def end(self, webhook_id: int, delivery_id: int) -> None:
        """What became of it is written."""
        lane = self._begun_s[webhook_id]
        del lane[delivery_id]
        if not lane:
            del self._begun_s[webhook_id]
            self._failing.discard(webhook_id)
