"""What people decide about outages, as the detector hears it in the order of its stream."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

import msgspec

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.gathering import weigh
from channelhub.rules.outage.grouping import Membership, Outage, enter, less, release, take, typical_weight
from channelhub.rules.outage.open_outages import OpenOutages
from channelhub.rules.outage.profile import Growth
from channelhub.rules.outage.returning import Watch
from channelhub.rules.outage.supervision import discounted
from channelhub.rules.outage.votes import Vote

_MOST_TERMS = 24
_MOST_AGAINST = 2000


class Deed(StrEnum):
    """What a person did. The hub itself writes `tick`: so much time has passed, and `alert`: monitoring said something
    new, so the rules look at every suspected outage again; the detector isn't told of that."""

    CONFIRM = "confirm"
    MONITOR = "monitor"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    MERGE = "merge"
    SPLIT = "split"
    MOVE_IN = "move_in"
    MOVE_OUT = "move_out"
    TICK = "tick"
    ALERT = "alert"


class Named(msgspec.Struct, frozen=True, array_like=True):
    """A message that a decision names: a detector that has forgotten it still learns whose it is."""

    message_id: int
    customer: int
    channel: str


class PersonsDecision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision. `into_id` is the outage that stays of two merged, or the new one of a split."""

    action: Deed
    outage_id: int = 0
    at_us: int
    into_id: int = 0
    messages: tuple[Named, ...] = ()


class Decided:
    """Applies decisions to the open outages. `votes` are all that are still alive, oldest first.

    People's decisions are already written when they are heard here, and the detector may have closed or merged the
    outage meanwhile. So nothing is refused: what can still be done of a decision is done.
    """

    def __init__(self, open_outages: OpenOutages, growth: Growth) -> None:
        self._open = open_outages
        self._growth = growth

    def apply(self, made: PersonsDecision, votes: Collection[Vote], now_us: int) -> None:
        """Do what the person said."""
        if made.action is Deed.SPLIT:
            self._split(made, votes, now_us)
            return
        outage = self._open.known(made.outage_id)
        if made.action is Deed.MOVE_IN:
            self._move_in(outage, made.messages, votes)
        elif outage is None:
            return
        elif made.action is Deed.MOVE_OUT:
            self._move_out(outage, made.messages, votes)
        elif self._open.get(outage.outage_id):
            self._change(outage, made, votes, now_us)

    def _change(self, outage: Outage, made: PersonsDecision, votes: Collection[Vote], now_us: int) -> None:
        if made.action is Deed.CONFIRM:
            outage.state, outage.watch = OutageState.CONFIRMED, None
        elif made.action is Deed.MONITOR:
            outage.state = OutageState.MONITORING
            outage.watch = Watch(since_us=now_us, customers_before=len(outage.customers))
        elif made.action is Deed.RESOLVE:
            self._open.resolve(outage, now_us)
        elif made.action is Deed.DISMISS:
            self._dismiss(outage, votes, now_us)
        elif made.action is Deed.MERGE:
            self._merge(outage, made.into_id, votes, now_us)

    def _dismiss(self, outage: Outage, votes: Collection[Vote], now_us: int) -> None:
        """Its reports count as usual traffic, its profile stays silent for a while."""
        self._open.drop(outage)
        self._open.supervision.dismiss(outage.weights, len(outage.customers), now_us)
        for vote in votes:
            if vote.outage_id == outage.outage_id:
                vote.outage_id = 0

    def _merge(self, outage: Outage, into_id: int, votes: Collection[Vote], now_us: int) -> None:
        into = self._open.get(into_id)
        if into is outage:
            return
        if into is None:  # they were merged the other way round before this was heard: the person's way counts
            self._open.drop(outage)
            for vote in votes:
                if vote.outage_id == outage.outage_id:
                    vote.outage_id = into_id
            outage.outage_id = into_id
            self._open.put(outage)
            return
        for message_id in outage.members:  # what a person merges belongs to it, whatever was moved out before
            into.left.pop(message_id, None)
        self._open.supervision.attract((outage.outage_id, into_id), outage.weights, into.weights, now_us)
        self._open.merge(outage, into, votes, now_us)
        both = {
            term: max(outage.weights.get(term, 0.0), into.weights.get(term, 0.0))
            for term in outage.weights | into.weights
        }
        heaviest = sorted(both, key=lambda term: (-both[term], term))[:_MOST_TERMS]
        into.weights = {term: both[term] for term in heaviest}
        into.cut = min(into.cut, outage.cut)
        into.background += outage.background
        into.heavier = [one + other for one, other in zip(into.heavier, outage.heavier, strict=False)]
        into.typical = max(into.typical, outage.typical)

    def _split(self, made: PersonsDecision, votes: Collection[Vote], now_us: int) -> None:
        """The named reports become an outage of their own; the ones they were in never take them or it again."""
        alive = _alive(made.messages, votes)
        sources: dict[int, list[Named]] = {}
        for named in made.messages:
            holder = self._open.holding(named.message_id)
            if holder is not None:
                sources.setdefault(holder.outage_id, []).append(named)
        state = OutageState.SUSPECTED
        for outage_id, taken in sources.items():
            source = self._open.get(outage_id)
            assert source is not None
            state = source.state
            self._move_out(source, taken, votes)
        self._open.supervision.part((made.outage_id, made.into_id))
        made_of = self._growth.profile(list(alive.values()), now_us)
        new = Outage(
            outage_id=made.into_id,
            state=state,
            opened_us=now_us,
            last_us=max((vote.at_us for vote in alive.values()), default=now_us),
            weights=made_of.weights,
            cut=made_of.cut,
            background=made_of.background,
            recent_us=sorted(vote.at_us for vote in alive.values()),
            members={},
            customers={},
            channels={},
            typical=typical_weight(alive.values(), made_of.weights),
        )
        self._open.put(new)
        for named in made.messages:
            enter(new, named.message_id, Membership(named.customer, named.channel))
        for vote in alive.values():
            vote.outage_id = new.outage_id
        new.announced = new.regrown = len(new.customers)
        for outage_id in dict.fromkeys((made.outage_id, *sources)):
            new.apart[outage_id] = None
            other = self._open.get(outage_id)
            if other is not None:
                other.apart[new.outage_id] = None

    def _move_in(self, outage: Outage | None, messages: Sequence[Named], votes: Collection[Vote]) -> None:
        """Out of the open outages that hold these, and into `outage` where that is still open."""
        for named in messages:
            holder = self._open.holding(named.message_id)
            if holder is not None and holder is not outage:
                self._move_out(holder, (named,), votes)
        if outage is None:
            return
        for vote in _alive(messages, votes).values():
            if vote.message_id in outage.left:
                del outage.left[vote.message_id]
                for term in vote.terms:
                    less(outage.against, term)
            if vote.outage_id != outage.outage_id:
                vote.outage_id = 0
                take(outage, vote)
        for named in messages:
            outage.left.pop(named.message_id, None)
            enter(outage, named.message_id, Membership(named.customer, named.channel))

    def _move_out(self, outage: Outage, messages: Sequence[Named], votes: Collection[Vote]) -> None:
        """Never take these again, and let what only they say count no more."""
        for named in messages:
            release(outage, named.message_id)
            outage.left[named.message_id] = None
        for vote in _alive(messages, votes).values():
            if vote.outage_id == outage.outage_id:
                vote.outage_id = 0
                if vote.at_us in outage.recent_us:
                    outage.recent_us.remove(vote.at_us)
                for term in vote.terms:
                    if term in outage.against or len(outage.against) < _MOST_AGAINST:
                        outage.against[term] = outage.against.get(term, 0) + 1
        stayed = [vote for vote in votes if vote.outage_id == outage.outage_id]
        outage.weights = discounted(outage.weights, outage.against, [vote.terms for vote in stayed])
        outage.typical = typical_weight(stayed, outage.weights)
        total = sum(outage.weights.values())
        if outage.cut > total:  # what is left of the profile must be enough
            heavy = (weigh(vote.terms, outage.weights) for vote in stayed)
            outage.heavier = []
            outage.cut = min((weight for weight in heavy if weight > 0), default=total / 2 or 1.0)


def _alive(messages: Iterable[Named], votes: Collection[Vote]) -> dict[int, Vote]:
    ids = {named.message_id for named in messages}
    return {vote.message_id: vote for vote in votes if vote.message_id in ids}
