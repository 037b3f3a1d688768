"""The usual share of each term in traffic: slowly decaying, known outages excluded, the same caps as for votes.

Shares, not rates: a holiday that lifts everything in proportion changes no share and raises nothing.
"""

from collections.abc import Iterable, Sequence

import msgspec

from channelhub.rules.outage.burst import decay
from channelhub.rules.outage.thresholds import DAY_US, OutageRules
from channelhub.rules.outage.votes import ALL

#: The pseudo-term that counts messages which name a problem.
PROBLEM = "!problem"
_RESCALE_AT = 1e12
_FORGOTTEN = 0.03
_ROOM = 0.8  # of the terms that may be known, after some were forgotten
_UNSEEN = 1.0
_UNSEEN_OF = 2.0


class UsualState(msgspec.Struct):
    """Weights relative to `epoch_us`: what happened one half-life later weighs twice (forward decay)."""

    epoch_us: int = 0
    first_us: int = 0
    pruned_us: int = 0
    weights: dict[str, float] = msgspec.field(default_factory=dict)


class Usual:
    """`learn` in any order of time; `share` is relative to everything learnt."""

    def __init__(self, rules: OutageRules, state: UsualState | None = None, *, unseen_of: float = _UNSEEN_OF) -> None:
        self.state = state or UsualState()
        self._unseen_of = unseen_of
        self._half_life_us = rules.half_life_days * DAY_US
        self._most_terms = rules.most_terms
        self._asked = (0, -1)  # the time and epoch that `_one_now` is of
        self._one_now = 1.0

    def learn(self, terms: Iterable[str], at_us: int, problem: float) -> None:
        """A past message's terms; `terms` holds `ALL` where the message itself counts as traffic."""
        state = self.state
        if not state.epoch_us:
            state.epoch_us = state.first_us = state.pruned_us = at_us
        state.first_us = min(state.first_us, at_us)
        weight = decay(at_us - state.epoch_us, self._half_life_us)
        weights = state.weights
        for term in terms:
            weights[term] = weights.get(term, 0.0) + weight
            if term == ALL:
                weights[PROBLEM] = weights.get(PROBLEM, 0.0) + weight * problem
        if at_us - state.pruned_us >= DAY_US or len(weights) > self._most_terms:
            self._prune(at_us, weight)

    def share(self, term: str, now_us: int) -> float:
        """The share of usual messages with `term`, one unseen message of `unseen_of` being allowed for."""
        weights, one = self.state.weights, self._one(now_us)
        return (weights.get(term, 0.0) + _UNSEEN * one) / (weights.get(ALL, 0.0) + self._unseen_of * one)

    def shares(self, terms: Sequence[str], now_us: int) -> list[float]:
        """`share` of each."""
        weight_of, one = self.state.weights.get, self._one(now_us)
        whole = weight_of(ALL, 0.0) + self._unseen_of * one
        return [(weight_of(term, 0.0) + _UNSEEN * one) / whole for term in terms]

    def used(self, term: str, now_us: int) -> float:
        """How many messages with `term` are behind its share, older ones counting less."""
        return self.state.weights.get(term, 0.0) / self._one(now_us)

    def common(self, now_us: int, *, least_messages: int, least_share: float) -> list[str]:
        """The terms of at least so many messages and such a share of all, the commonest first."""
        weights = self.state.weights
        least = max(least_messages * self._one(now_us), least_share * weights.get(ALL, 0.0))
        found = [term for term, weight in weights.items() if weight >= least and term not in (ALL, PROBLEM)]
        return sorted(found, key=lambda term: (-weights[term], term))

    def problem_share(self) -> float:
        """The share of usual messages that name a problem; a fifth where nothing is known."""
        total = self.state.weights.get(ALL, 0.0)
        return self.state.weights.get(PROBLEM, 0.0) / total if total else 0.2

    def days(self, now_us: int) -> float:
        """How much history is behind the shares."""
        return (now_us - self.state.first_us) / DAY_US if self.state.epoch_us else 0.0

    def messages(self, now_us: int) -> float:
        """How many messages are behind the shares, older ones counting less."""
        return self.state.weights.get(ALL, 0.0) / self._one(now_us)

    def _one(self, now_us: int) -> float:
        """What a message of now weighs."""
        asked = (now_us, self.state.epoch_us)
        if asked != self._asked:
            self._asked = asked
            self._one_now = decay(now_us - self.state.epoch_us, self._half_life_us) if self.state.epoch_us else 1.0
        return self._one_now

    def _prune(self, now_us: int, one: float) -> None:
        """Forget what weighs next to nothing, and of too many terms those that weigh least."""
        self.state.pruned_us = now_us
        scale = 1.0
        if one > _RESCALE_AT:
            scale, self.state.epoch_us = one, now_us
        least, room = _FORGOTTEN * one, self._most_terms * _ROOM
        self._keep(least, scale)
        while len(self.state.weights) > room:
            least *= 2
            self._keep(least / scale, 1.0)

    def _keep(self, least: float, scale: float) -> None:
        self.state.weights = {
            term: weight / scale
            for term, weight in self.state.weights.items()
            if weight > least or term in (ALL, PROBLEM)
        }
