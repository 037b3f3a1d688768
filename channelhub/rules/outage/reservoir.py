"""A sample of past messages, for the usual share of pairs and of whole profiles, which no counter can hold."""

import msgspec

from channelhub.rules.outage.sums import Sums, bits
from channelhub.rules.outage.thresholds import DAY_US, OutageRules

_UNSEEN_OF = 2.0
_RARE = 64  # a term in so many messages of the sample is kept as their list, one in more as a bit set


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
        self._rare: dict[str, list[int]] = {}  # the slots of each term
        self._common: dict[str, int] = {}  # the same as bits of an integer
        for slot, terms in enumerate(self.state.entries):
            for term in terms:
                self._rare.setdefault(term, []).append(slot)
        for term in [term for term, slots in self._rare.items() if len(slots) > _RARE]:
            self._common[term] = bits(self._rare.pop(term), self._size)

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
                self._remove(term, slot)
            state.entries[slot] = terms
        else:
            state.entries.append(terms)
        for term in terms:
            self._add(term, slot)
        state.position = (slot + 1) % self._size

    def pair_share(self, first: str, second: str) -> float:
        """The usual share of messages with both terms."""
        return self.share((self._members(first) & self._members(second)).bit_count())

    def share(self, count: int, unseen: float = 1.0) -> float:
        """The share of usual messages that `count` of the sample stands for, `unseen` ones being allowed for."""
        return (count + unseen) / (len(self) + self._unseen_of)

    def sums(self, weights: dict[str, float]) -> Sums:
        """What the past messages that have any of the terms weigh."""
        found = Sums()
        for term, weight in weights.items():
            if members := self._members(term):
                found.add(members, weight)
        return found

    def _members(self, term: str) -> int:
        members = self._common.get(term)
        return bits(self._rare.get(term, ()), self._size) if members is None else members

    def _add(self, term: str, slot: int) -> None:
        members = self._common.get(term)
        if members is not None:
            self._common[term] = members | 1 << slot
            return
        slots = self._rare.setdefault(term, [])
        slots.append(slot)
        if len(slots) > _RARE:
            self._common[term] = bits(self._rare.pop(term), self._size)

    def _remove(self, term: str, slot: int) -> None:
        members = self._common.get(term)
        if members is None:
            slots = self._rare[term]
            slots.remove(slot)
            if not slots:
                del self._rare[term]
        elif members := members ^ 1 << slot:
            self._common[term] = members
        else:
            del self._common[term]
