"""Which of an account's messages may go now, which must wait, and until when."""

from collections import Counter
from dataclasses import dataclass

from channelhub.sdk.contract import Pace
from channelhub.store.outbox import OutboxItem

MAX_SLOTS = 100_000
BURST_S = 10.0  # what a lane may send in this time goes at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """It may be sent now; `done` must be called when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not now. `until_s`: not before this time (Unix seconds); None: when something of the account has been sent."""

    until_s: float | None = None


class Lanes:
    """Counts what is under way, and gives each message of a lane with a rate its place in time, once."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._in_lane: Counter[str] = Counter()
        self._identities: set[int] = set()
        self._under_way: dict[int, OutboxItem] = {}
        self._next_s: dict[str, float] = {}  # by lane, when its next message is due at an even pace
        self._slots: dict[int, float] = {}  # by outbox id, places that were given and not used yet

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def ask(self, item: OutboxItem, *, now_s: float) -> Go | Wait:
        """Whether a message that is due may go. After `Go` it counts as under way."""
        lane = self.pace.lane(item.payload.to)
        if item.id in self._under_way or item.identity_id in self._identities:
            return Wait()
        slot_s = self._slot(item.id, lane, now_s)
        if slot_s > now_s:
            return Wait(until_s=slot_s)
        if len(self._under_way) >= self.pace.at_once or self._in_lane[lane] >= self.pace.at_once_in_lane:
            return Wait()
        self._slots.pop(item.id, None)
        self._under_way[item.id] = item
        self._in_lane[lane] += 1
        self._identities.add(item.identity_id)
        return Go()

    def done(self, item: OutboxItem) -> None:
        """It was sent, or not: it is no longer under way."""
        lane = self.pace.lane(item.payload.to)
        del self._under_way[item.id]
        self._identities.discard(item.identity_id)
        self._in_lane[lane] -= 1
        if not self._in_lane[lane]:
            del self._in_lane[lane]

    def _slot(self, item_id: int, lane: str, now_s: float) -> float:
        if not self.pace.per_minute_in_lane:
            return now_s
        if item_id not in self._slots:
            self._forget(now_s)
            interval_s = 60.0 / self.pace.per_minute_in_lane
            at_s = max(self._next_s.get(lane, 0.0), now_s)
            self._next_s[lane] = at_s + interval_s
            self._slots[item_id] = max(now_s, at_s - max(0.0, BURST_S - interval_s))
        return self._slots[item_id]

    def _forget(self, now_s: float) -> None:
        """Lanes that are free again say nothing; places that were never used are given anew."""
        if len(self._next_s) >= MAX_SLOTS:
            self._next_s = {lane: at_s for lane, at_s in self._next_s.items() if at_s > now_s}
        if len(self._slots) >= MAX_SLOTS:
            self._slots.clear()
