"""Learns an outage's words anew from its members each time that it has grown by a quarter.

An outage opens with what a handful of reports share. Later ones bring words of their own beside those, and some report
in nothing but these. What two members share that is unusual enough is a word of the outage from then on, and messages
since its onset that have such words join it.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.gathering import profile_votes, weigh
from channelhub.rules.outage.grouping import Outage, measured, typical_weight
from channelhub.rules.outage.profile import Growth
from channelhub.rules.outage.supervision import discounted
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import Vote, counted_newest_first

_SAMPLE: Final = 200  # newest members that the words are read from
_HEAVIER: Final = 4  # three quarters of the members weigh enough to tell when the outage began


class Relearning:
    """Changes outages; their newest members are found by the words that they have."""

    def __init__(self, rules: OutageRules, counters: Counters) -> None:
        self._rules, self._counters = rules, counters

    @staticmethod
    def measure(outage: Outage, growth: Growth) -> None:
        """Look up how usual its words are by now."""
        outage.background, *outage.heavier = growth.reach.backgrounds(outage.weights, outage.cut)

    def widened(self, outage: Outage, growth: Growth, now_us: int) -> Sequence[Vote]:
        """The living messages, oldest first, that belong to the outage by words learnt just now."""
        rules, customers = self._rules, len(outage.customers)
        if customers < max(rules.relearn_from, outage.relearnt * rules.relearn_growth) or not outage.recent_us:
            return ()
        outage.relearnt = customers
        since_us = outage.recent_us[0] - 1
        members = self._members(outage, since_us)
        weights = growth.words_of(members, now_us) if len(members) >= rules.relearn_from else {}
        if not weights:
            return ()
        carried = [vote.terms for vote in members]
        said = set().union(*carried)
        kept = {term: weight / 2 for term, weight in outage.weights.items() if term in said}
        outage.weights = discounted(kept | weights, outage.against, carried)
        heavy = sorted(weight for vote in members if (weight := weigh(vote.terms, outage.weights)) > 0)
        if not heavy:
            return ()
        reach = growth.reach.of(outage.weights, heavy[len(heavy) // _HEAVIER], since_us)
        measured(outage, reach)
        outage.typical = typical_weight(members, outage.weights)
        return reach.votes

    def _members(self, outage: Outage, since_us: int) -> list[Vote]:
        """The newest members that have its words, each customer once."""
        found, _ = profile_votes(self._counters, outage.weights, self._counters.start(since_us), outage.cut)
        own = (vote for vote, _ in found if vote.outage_id == outage.outage_id)
        return list(islice(counted_newest_first(own, self._rules.origin_cap), _SAMPLE))
