"""Open outages: which one a message or a fresh burst belongs to, and what each is made of."""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from math import log
from typing import TypeVar

import msgspec

from channelhub.content.features import is_concept
from channelhub.domain.outages import OutageState
from channelhub.rules.outage.burst import score
from channelhub.rules.outage.gathering import weigh
from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.reach import HEAVIER, Reach
from channelhub.rules.outage.returning import Watch
from channelhub.rules.outage.supervision import cosine, discounted
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.votes import Vote

_Key = TypeVar("_Key", int, str)
_LABEL_TERMS = 3
_MAX_TERMS = 24


class Membership(msgspec.Struct, array_like=True, frozen=True):
    """Whose report it is, and which way it came."""

    customer: int
    channel: str


class Outage(msgspec.Struct):
    """An outage as the detector keeps it. `members` are by message id, in the order they were found."""

    outage_id: int
    state: OutageState
    opened_us: int
    last_us: int
    weights: dict[str, float]
    cut: float
    background: float  # the usual share of messages that its words would take in
    recent_us: list[int]  # when the latest members came
    members: dict[int, Membership]
    customers: dict[int, int]  # and their reports
    channels: dict[str, int]
    announced: int = 0  # distinct customers at the last announcement of growth
    relearnt: int = 0  # the same when its words were last learnt from its members
    heavier: list[float] = msgspec.field(default_factory=list)  # `background` for heavier messages, see `reach.Reach`
    regrown: int = 0  # the same when the profile was last grown
    typical: float = 0.0  # what an average report weighed then
    left: dict[int, None] = msgspec.field(default_factory=dict)  # what a person moved out: it never comes back
    against: dict[str, int] = msgspec.field(default_factory=dict)  # terms of those messages, and in how many
    score: float = 0.0  # the strongest evidence so far
    watch: Watch | None = None  # since a person said that it is mended or over
    apart: dict[int, None] = msgspec.field(default_factory=dict)  # outages that a person parted from this one
    refused_us: list[int] = msgspec.field(default_factory=list)  # when messages with its words came too late for it

    @property
    def label(self) -> str:
        """The profile's heaviest words; concept ids only where it has no words."""
        ordered = sorted(self.weights, key=lambda term: (is_concept(term), -self.weights[term], term))
        return " ".join(term.removeprefix("#") for term in ordered[:_LABEL_TERMS])


def typical_weight(votes: Iterable[Vote], weights: dict[str, float]) -> float:
    """What an average report weighs in a profile."""
    found = [weigh(vote.terms, weights) for vote in votes]
    return sum(found) / len(found) if found else 0.0


def take(outage: Outage, vote: Vote, *, names_something: bool = True) -> bool:
    """Make the vote a member; False where it already belongs to an outage, or a person moved it out of this one.

    Those that name nothing come with the others and don't count for how fast reports come.
    """
    if vote.outage_id or vote.message_id in outage.left:
        return False
    vote.outage_id = outage.outage_id
    enter(outage, vote.message_id, Membership(vote.customer, vote.channel))
    outage.last_us = max(outage.last_us, vote.at_us)
    if names_something:
        insort(outage.recent_us, vote.at_us)
    return True


def enter(outage: Outage, message_id: int, one: Membership) -> None:
    """Count a report that isn't counted yet."""
    if message_id not in outage.members:
        outage.members[message_id] = one
        outage.customers[one.customer] = outage.customers.get(one.customer, 0) + 1
        outage.channels[one.channel] = outage.channels.get(one.channel, 0) + 1


def release(outage: Outage, message_id: int) -> Membership | None:
    """Count a report no more; None where it isn't counted."""
    one = outage.members.pop(message_id, None)
    if one is not None:
        less(outage.customers, one.customer)
        less(outage.channels, one.channel)
    return one


def less(counts: dict[_Key, int], key: _Key) -> None:
    """Count one less of it; what isn't left is gone."""
    left = counts.pop(key, 0) - 1
    if left > 0:
        counts[key] = left


def is_live(outage: Outage, now_us: int, traffic: int, rules: OutageRules) -> bool:
    """Reports still come in faster than unrelated messages with such words would.

    `traffic` is the number of votes within the hold time; an outage of one that is over would slowly fill with them.
    Of an outage that has only begun, the time since its first report is looked at.
    """
    hold_us = int(rules.hold_hours * HOUR_US)
    since_us = now_us - hold_us
    del outage.recent_us[: bisect_right(outage.recent_us, since_us)]
    if outage.recent_us and outage.opened_us > since_us:
        since_us = outage.recent_us[0]
    expected = traffic * outage.background * (now_us - since_us) / hold_us
    return len(outage.recent_us) > rules.live_factor * expected


def measured(outage: Outage, reach: Reach) -> None:
    """Let the reach decide from now on what weighs enough."""
    outage.cut, outage.background, outage.heavier = reach.cut, reach.background, list(reach.heavier)


def usual_share(outage: Outage, weight: float) -> float:
    """The usual share of messages that weigh about as much in the outage's words, or more."""
    times = int(log(weight / outage.cut, HEAVIER)) if weight > outage.cut > 0 else 0
    return [outage.background, *outage.heavier[:times]][-1]


def comes_in_time(outage: Outage, vote: Vote, traffic_since: Callable[[int], int], rules: OutageRules) -> bool:
    """A message with the outage's words comes while such messages still come faster than without an outage.

    Looked at are the latest ones, and how many messages that weigh as much as this one usual traffic brings meanwhile.
    A refused one is remembered: enough of them, and it is reported again.
    """
    share = usual_share(outage, weigh(vote.terms, outage.weights))
    latest = sorted([*outage.recent_us[-rules.latest_fits :], *outage.refused_us, vote.at_us])[-rules.latest_fits :]
    if traffic_since(latest[0] - 1) * share <= rules.latest_background * len(latest):
        return True
    outage.refused_us = [*outage.refused_us, vote.at_us][-rules.latest_fits :]
    return False


def by_profile(outages: Iterable[Outage], terms: Sequence[str]) -> Outage | None:
    """The live outage that a message's words fit best, or None."""
    best: tuple[float, Outage] | None = None
    for outage in outages:
        weight = weigh(terms, outage.weights)
        if 0 < outage.cut <= weight and (best is None or weight / outage.cut > best[0]):
            best = (weight / outage.cut, outage)
    return best[1] if best else None


def same_as(candidate: Candidate, open_: Iterable[Outage], live: Iterable[Outage], rules: OutageRules) -> list[Outage]:
    """The open outages that a burst is a part of, by shared reports, or by profile while live; oldest first."""
    held: dict[int, int] = {}
    for vote in candidate.votes:
        if vote.outage_id:
            held[vote.outage_id] = held.get(vote.outage_id, 0) + 1
    alike = {outage.outage_id for outage in live if cosine(candidate.weights, outage.weights) > rules.merge_cosine}
    needed = rules.merge_overlap * len(candidate.votes)
    return [
        outage for outage in open_ if outage.outage_id in alike or held.get(outage.outage_id, 0) >= max(1.0, needed)
    ]


def is_rest(candidate: Candidate, live: Iterable[Outage], since_us: int, rules: OutageRules) -> bool:
    """A burst that may be no more than live outages' reports in words which their profiles don't know.

    Of the reports since `since_us`, where the burst's window starts, a small share is expected to have any such word.
    """
    recent = sum(len(outage.recent_us) - bisect_right(outage.recent_us, since_us) for outage in live)
    seen, expected = len(candidate.votes), candidate.expected
    more = score(seen, expected + rules.rest_share * recent, rules.dispersion)
    return candidate.score - (score(seen, expected, rules.dispersion) - more) < rules.theta


def widen(outage: Outage, candidate: Candidate) -> None:
    """Let the newer profile decide from now on what belongs to the outage, keeping half of the older one's weight."""
    merged = {term: weight / 2 for term, weight in outage.weights.items()}
    for term, weight in candidate.weights.items():
        merged[term] = max(weight, merged.get(term, 0.0))
    heaviest = sorted(merged, key=lambda term: (-merged[term], term))[:_MAX_TERMS]
    carried = [vote.terms for vote in candidate.votes if vote.message_id not in outage.left] if outage.against else []
    outage.weights = discounted({term: merged[term] for term in heaviest}, outage.against, carried)
    outage.typical = typical_weight(candidate.votes, outage.weights)
