"""What is known of chats while we send: when each may be written to again, and where it has moved to.

Telegram counts about a message a second in a chat with short bursts, 20 a minute in a group and 30 a second in all
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Who goes over it hears 429 and waits longer.
"""

from dataclasses import dataclass
from typing import Any

MAX_CHATS = 10_000  # that are remembered
IN_ALL, IN_CHAT, IN_GROUP = (30.0, 30.0), (3.0, 1.0), (20.0, 20.0 / 60.0)  # messages at once, and more of them a second


@dataclass(slots=True)
class Allowance:
    """A number of messages that may go at once, growing back with time."""

    burst: float
    per_s: float
    left: float
    at_s: float

    def wait_s(self, now_s: float) -> float:
        """Seconds until one may go; 0: now."""
        self.left = min(self.burst, self.left + max(0.0, now_s - self.at_s) * self.per_s)
        self.at_s = max(self.at_s, now_s)
        return 0.0 if self.left >= 1.0 - 1e-9 else (1.0 - self.left) / self.per_s


class Chats:
    """One bot's chats. Times are seconds of a clock that never goes back, given by the caller."""

    def __init__(self) -> None:
        self._in_all = _full(IN_ALL, 0.0)
        self._allowances: dict[int, tuple[Allowance, ...]] = {}
        self._held_until_s: dict[int, float] = {}
        self._moved: dict[int, int] = {}

    def wait_s(self, chat_id: int, now_s: float) -> float:
        """How long a message to the chat has to wait; 0: it may go, and is counted."""
        held_s = self._held_until_s.get(chat_id, 0.0) - now_s
        if held_s > 0:
            return held_s
        allowances = (self._in_all, *self._of(chat_id, now_s))
        waits_s = max(one.wait_s(now_s) for one in allowances)
        if waits_s == 0:
            for one in allowances:
                one.left -= 1.0
        return waits_s

    def hold(self, chat_id: int, until_s: float) -> None:
        """Telegram asked to wait: nothing goes to the chat before then."""
        _bound(self._held_until_s)
        self._held_until_s[chat_id] = max(until_s, self._held_until_s.get(chat_id, 0.0))

    def move(self, chat_id: int, new_id: int) -> None:
        """A group became a supergroup, which has another number."""
        _bound(self._moved)
        self._moved[chat_id] = new_id

    def now(self, chat_id: int) -> int:
        """The number that a chat has now, as far as we were told."""
        return self._moved.get(chat_id, chat_id)

    def _of(self, chat_id: int, now_s: float) -> tuple[Allowance, ...]:
        if chat_id not in self._allowances:
            _bound(self._allowances)
            kinds = (IN_CHAT,) if chat_id > 0 else (IN_CHAT, IN_GROUP)
            self._allowances[chat_id] = tuple(_full(kind, now_s) for kind in kinds)
        return self._allowances[chat_id]


def _full(kind: tuple[float, float], now_s: float) -> Allowance:
    burst, per_s = kind
    return Allowance(burst=burst, per_s=per_s, left=burst, at_s=now_s)


def _bound(known: dict[int, Any]) -> None:
    """Forget the oldest where there are too many: they are the least likely to be written to just now."""
    if len(known) >= MAX_CHATS:
        del known[next(iter(known))]
