"""A sample of past messages, for the usual share of pairs and of whole profiles, which no counter can hold."""

import msgspec

from channelhub.rules.outage.thresholds import DAY_US, OutageRules

_UNSEEN_OF = 2.0


class ReservoirState(msgspec.Struct):
    """`entries` is a ring: `position` is the next slot to overwrite."""

    entries: list[tuple[str, ...]] = msgspec.field(default_factory=list)
    position: int = 0
    offered: int = 0
    first_us: int = 0


class Reservoir:
    """The newest messages, thinned evenly so that they span the rule's days. No randomness: every n-th is kept."""

    def __init__(
        self, rules: OutageRules, state: ReservoirState | None = None, *, unseen_of: float = _UNSEEN_OF
    ) -> None:
        self.state = state or ReservoirState()
        self._unseen_of = unseen_of
        self._size = rules.reservoir_size
        self._days = rules.reservoir_days
        self._slots: dict[str, set[int]] = {}
        for slot, terms in enumerate(self.state.entries):
            for term in terms:
                self._slots.setdefault(term, set()).add(slot)

    def __len__(self) -> int:
        return len(self.state.entries)

    def offer(self, terms: tuple[str, ...], at_us: int) -> None:
        """A past message of no outage."""
        state = self.state
        state.first_us = min(state.first_us or at_us, at_us)
        state.offered += 1
        days = max(1.0, (at_us - state.first_us) / DAY_US)
        stride = max(1, round(state.offered / days * self._days / self._size))
        if state.offered % stride:
            return
        slot = state.position
        if slot < len(state.entries):
            for term in state.entries[slot]:
                slots = self._slots[term]
                slots.discard(slot)
                if not slots:
                    del self._slots[term]
            state.entries[slot] = terms
        else:
            state.entries.append(terms)
        for term in terms:
            self._slots.setdefault(term, set()).add(slot)
        state.position = (slot + 1) % self._size

    def pair_share(self, first: str, second: str) -> float:
        """The usual share of messages with both terms."""
        both = len(self._slots.get(first, frozenset()) & self._slots.get(second, frozenset()))
        return self.share(both)

    def share(self, count: int) -> float:
        """The share of usual messages that `count` of the sample stands for, one unseen one being allowed for."""
        return (count + 1.0) / (len(self) + self._unseen_of)

    def scores(self, weights: dict[str, float]) -> list[float]:
        """What each past message that has any of the terms weighs, ascending."""
        found: dict[int, float] = {}
        for term, weight in weights.items():
            for slot in self._slots.get(term, ()):
                found[slot] = found.get(slot, 0.0) + weight
        return sorted(found.values())
