"""The first hours of a hub that knows no history: what is usual is read off the traffic before the newest messages.

Until enough votes have grown old enough to be history, each vote counts as history already when `early_newest` others
have come after it. What nobody has said yet is taken to be rare, not to be as likely as not.
"""

from collections import deque
from collections.abc import Iterable

import msgspec

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.profile import Growth
from channelhub.rules.outage.reservoir import Reservoir, ReservoirState
from channelhub.rules.outage.scan import Scan
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.usual import Usual, UsualState
from channelhub.rules.outage.votes import ALL, Vote


class EarlyState(msgspec.Struct):
    """What a snapshot keeps. `newest` are the votes that are no history yet, oldest first."""

    usual: UsualState = msgspec.field(default_factory=UsualState)
    reservoir: ReservoirState = msgspec.field(default_factory=ReservoirState)
    newest: list[Vote] = msgspec.field(default_factory=list)


class Early:
    """A scan and a growth against the traffic so far, to be used instead of those against the history."""

    def __init__(
        self, rules: OutageRules, counters: Counters, state: EarlyState | None = None, living: Iterable[Vote] = ()
    ) -> None:
        """With a snapshot's `state`, `living` are the votes it came with: the newest ones are the same objects."""
        state = state or EarlyState()
        self._rules = rules
        self.usual = Usual(rules, state.usual, unseen_of=rules.early_unseen_of)
        self._reservoir = Reservoir(rules, state.reservoir, unseen_of=rules.early_unseen_of)
        newest = {vote.message_id for vote in state.newest}
        same = {vote.message_id: vote for vote in living if vote.message_id in newest}
        self._newest = deque(same.get(vote.message_id, vote) for vote in state.newest)
        self.growth = Growth(rules, counters, self.usual, self._reservoir)
        self.scan = Scan(rules, counters, self.usual, self._reservoir)

    def add(self, vote: Vote) -> None:
        """A counted vote; the one that is no longer among the newest becomes history, unless an outage holds it."""
        self._newest.append(vote)
        if len(self._newest) <= self._rules.early_newest:
            return
        past = self._newest.popleft()
        if not past.outage_id:
            self.usual.learn(past.fresh, past.at_us, past.problem)
            if ALL in past.fresh:
                self._reservoir.offer(past.terms, past.at_us)

    def state(self) -> EarlyState:
        """For `__init__`; shares its lists, so encode it before the next `add`."""
        return EarlyState(usual=self.usual.state, reservoir=self._reservoir.state, newest=list(self._newest))
