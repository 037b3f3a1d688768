"""Whether an outage goes on after people said that it is mended: how many new reports tell so."""

from collections.abc import Iterable

import msgspec

from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules
from channelhub.rules.outage.votes import Vote, voices

_MOST_KEPT = 500


class Watch(msgspec.Struct):
    """What was reported since a person said that the fix is in, or that it is over."""

    since_us: int
    customers_before: int
    votes: dict[int, Vote] = msgspec.field(default_factory=dict)  # the newest of each customer


def note(watch: Watch, vote: Vote, rules: OutageRules) -> None:
    """Somebody reports it again. In the first minutes people still write of what is over by then."""
    if vote.at_us < watch.since_us + int(rules.again_grace_min * MINUTE_US):
        return
    watch.votes.pop(vote.customer, None)
    watch.votes[vote.customer] = msgspec.structs.replace(vote, terms=(), stale=())
    if len(watch.votes) > _MOST_KEPT:
        del watch.votes[next(iter(watch.votes))]


def goes_on(watch: Watch, now_us: int, rules: OutageRules) -> int:
    """How many different customers reported it again within the hold time; 0 where these are no more than stragglers.

    A tenth of those from before, at least three and at most thirty, make it go on. One unverified origin counts once.
    """
    recent = [vote for vote in watch.votes.values() if vote.at_us > now_us - int(rules.hold_hours * HOUR_US)]
    needed = min(max(rules.again_customers, rules.again_share * watch.customers_before), rules.again_most)
    return len(recent) if voices(recent) >= needed else 0


def reported_again(watch: Watch, votes: Iterable[Vote]) -> list[Vote]:
    """The living votes that were noted, oldest first."""
    noted = {vote.message_id for vote in watch.votes.values()}
    return [vote for vote in votes if vote.message_id in noted]
