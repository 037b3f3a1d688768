"""Bursts whose evidence is rising but not enough yet. Nobody is told of them; who asks is shown them.

They have no influence on what is suspected: this is a record of how near detection came.
"""

from typing import Final

import msgspec

from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.supervision import cosine
from channelhub.rules.outage.thresholds import MINUTE_US, OutageRules
from channelhub.rules.outage.votes import voices
from channelhub.rules.outage.wording import heaviest

_MOST: Final = 20
_MOST_MESSAGES: Final = 20


class Emerging(msgspec.Struct, frozen=True, kw_only=True):
    """A burst as it is shown. `needed` is the score from which it would be suspected."""

    first_us: int
    last_us: int
    customers: int
    score: float
    needed: float
    terms: tuple[str, ...]
    messages: tuple[int, ...]  # the newest first


class Watched(msgspec.Struct, frozen=True):
    """A burst with its profile, by which it is known again."""

    shown: Emerging
    weights: dict[str, float]


class EmergingBursts:
    """The strongest bursts of the last while."""

    def __init__(self, rules: OutageRules, watched: list[Watched] | None = None) -> None:
        self._rules = rules
        self.watched = watched or []

    @property
    def shown(self) -> tuple[Emerging, ...]:
        """Strongest first."""
        return tuple(one.shown for one in self.watched)

    def is_near(self, found: Candidate, needed: float) -> bool:
        """It has enough evidence to be worth a look."""
        share = self._rules.emerging_share
        return found.score >= share * needed and voices(found.votes) >= self._rules.emerging_customers

    def note(self, found: Candidate, needed: float, now_us: int) -> None:
        """A candidate that is near, but not enough."""
        known = [one for one in self.watched if self._is_like(one, found.weights)]
        first_us = min([one.shown.first_us for one in known] + [vote.at_us for vote in found.votes])
        shown = Emerging(
            first_us=first_us,
            last_us=now_us,
            customers=voices(found.votes),
            score=round(found.score, 2),
            needed=needed,
            terms=heaviest(found.weights),
            messages=tuple(vote.message_id for vote in found.votes[:_MOST_MESSAGES]),
        )
        others = [one for one in self.watched if one not in known]
        self.watched = sorted([*others, Watched(shown, found.weights)], key=lambda one: -one.shown.score)[:_MOST]

    def forget_like(self, weights: dict[str, float]) -> None:
        """It has become an outage, or a part of one."""
        self.watched = [one for one in self.watched if not self._is_like(one, weights)]

    def forget_old(self, now_us: int) -> None:
        """What nobody reports any more."""
        since_us = now_us - int(self._rules.emerging_minutes * MINUTE_US)
        if self.watched:
            self.watched = [one for one in self.watched if one.shown.last_us >= since_us]

    def _is_like(self, one: Watched, weights: dict[str, float]) -> bool:
        return cosine(one.weights, weights) > self._rules.merge_cosine
