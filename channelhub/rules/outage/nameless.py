"""Reports that name nothing, while an outage is reported: to which of the live ones they are to be counted, if to any.

Of any trouble's reports a share names nothing, and so does a share of usual traffic. Such a message belongs to the
outage that is reported most densely just now, if that outage brings enough more of them than usual traffic does.
Nothing is learnt from it, and it says nothing of how fast the outage's reports come.
"""

from collections.abc import Callable, Iterable

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.grouping import Outage
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import NAMELESS, Vote

_MOST_EARLIER = 200


class Nameless:
    """Looks at the living votes. `share_now` is the usual share of messages that name nothing, as of now."""

    def __init__(self, rules: OutageRules, counters: Counters, share_now: Callable[[], float]) -> None:
        self._rules, self._counters, self._share_now = rules, counters, share_now

    def outage_of(self, vote: Vote, live: Iterable[Outage]) -> Outage | None:
        """The live outage that the message most likely speaks of. What is said to be mended takes in none."""
        best: tuple[float, Outage] | None = None
        for outage in live:
            latest = outage.recent_us[-self._rules.latest_fits :]
            if outage.watch or not latest or vote.message_id in outage.left:
                continue
            traffic = self._counters.since_time(latest[0])
            if self._is_likely(len(latest), traffic) and (best is None or len(latest) / traffic > best[0]):
                best = (len(latest) / traffic, outage)
        return best[1] if best else None

    def since_onset(self, outage: Outage) -> list[Vote]:
        """Those that came between the first known report of a new outage and its alarm, oldest first."""
        if not outage.recent_us:
            return []
        onset_us = outage.recent_us[0]
        if not self._is_likely(len(outage.recent_us), self._counters.since_time(onset_us)):
            return []
        newest = zip(range(_MOST_EARLIER), self._counters.newest(NAMELESS, onset_us - 1), strict=False)
        return [vote for _, vote in newest][::-1]

    def _is_likely(self, reports: int, traffic: int) -> bool:
        """Of so many reports more are expected to name nothing than of all messages meanwhile, by the rules' odds."""
        return self._rules.nameless_share * reports >= self._rules.nameless_odds * traffic * self._share_now()
