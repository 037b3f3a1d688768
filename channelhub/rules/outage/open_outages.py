"""The outages that are open: opened by a burst, joined by later reports, merged, closed, dismissed with memory."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.burst import score
from channelhub.rules.outage.grouping import Outage, enter, is_live, take, typical_weight
from channelhub.rules.outage.lifecycle import Action, next_state, state_of_merged, state_of_reopened
from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.reach import Reach
from channelhub.rules.outage.reasons import AnyReason, Quiet, SameMatter, WentOn
from channelhub.rules.outage.report import Decision, Grown, Joined, Merged, Resolved, Returned, Suspected
from channelhub.rules.outage.returning import Watch, goes_on, note, reported_again
from channelhub.rules.outage.supervision import Supervision, SupervisionState, cosine
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, MINUTE_US, OutageRules
from channelhub.rules.outage.votes import Vote, voices
from channelhub.rules.outage.wording import first_reasons, grown_reasons, heaviest, joined_reasons, suspected_reasons


class OpenState(msgspec.Struct):
    """All that open outages are made of, as a snapshot keeps it."""

    outages: list[Outage]
    resolved: list[Outage]  # by people, within the hold time
    supervision: SupervisionState


class OpenOutages:
    """Oldest first. Times are the detector's, in microseconds; `votes` are all that are still alive."""

    def __init__(self, rules: OutageRules, state: OpenState | None = None) -> None:
        self._rules = rules
        self._outages = {outage.outage_id: outage for outage in state.outages} if state else {}
        self._resolved = {outage.outage_id: outage for outage in state.resolved} if state else {}
        self.supervision = Supervision(rules, state.supervision if state else None)

    @property
    def all(self) -> tuple[Outage, ...]:
        return tuple(self._outages.values())

    @property
    def state(self) -> OpenState:
        return OpenState(
            outages=list(self._outages.values()),
            resolved=list(self._resolved.values()),
            supervision=self.supervision.state,
        )

    @property
    def mended(self) -> tuple[Outage, ...]:
        """What people said to be mended or over: it may go on."""
        return (*self._resolved.values(), *(outage for outage in self._outages.values() if outage.watch))

    @property
    def resolved(self) -> tuple[Outage, ...]:
        """What people resolved within the hold time: it may come back."""
        return tuple(self._resolved.values())

    def live(self, now_us: int, traffic: int) -> list[Outage]:
        """Those that reports still come in for; `traffic` is the number of votes within the hold time."""
        return [outage for outage in self._outages.values() if is_live(outage, now_us, traffic, self._rules)]

    def is_exceptional(self, vote: Vote) -> bool:
        """An outage's reports are no usual traffic, unless it has lasted so long that they are the new usual."""
        if not vote.outage_id:
            return False
        outage = self._outages.get(vote.outage_id)
        return outage is None or vote.at_us - outage.opened_us < self._rules.lasting_days * DAY_US

    def open(
        self, found: Candidate, members: Sequence[Vote], reach: Reach, outage_id: int, now_us: int
    ) -> tuple[Suspected, Outage]:
        """A new outage of `members`, oldest first; others within its reach are to join it."""
        outage = Outage(
            outage_id=outage_id,
            state=OutageState.SUSPECTED,
            opened_us=now_us,
            last_us=now_us,
            weights=found.weights,
            cut=reach.cut,
            background=reach.background,
            heavier=list(reach.heavier),
            recent_us=[],
            members={},
            customers={},
            channels={},
            typical=typical_weight(members, found.weights),
            score=found.score,
        )
        for member in members:
            take(outage, member)
        outage.announced = outage.regrown = len(outage.customers)
        self._outages[outage_id] = outage
        noticed = Suspected(
            outage_id=outage_id,
            at_us=now_us,
            members=tuple(outage.members),
            customers=len(outage.customers),
            score=outage.score,
            label=outage.label,
            reasons=suspected_reasons(found, outage, self._rules),
            why=tuple(first_reasons(member, outage) for member in members if member.outage_id == outage_id),
        )
        return noticed, outage

    def join(self, outage: Outage, votes: Iterable[Vote], now_us: int) -> list[Decision]:
        """Take in those votes that belong to no outage yet."""
        return self._joined(outage, [vote for vote in votes if take(outage, vote)], now_us)

    def join_nameless(self, outage: Outage, votes: Iterable[Vote], now_us: int) -> list[Decision]:
        """The same for messages that name nothing: they join by when they came."""
        return self._joined(outage, [vote for vote in votes if take(outage, vote, names_something=False)], now_us)

    def _joined(self, outage: Outage, taken: Sequence[Vote], now_us: int) -> list[Decision]:
        decisions: list[Decision] = [
            Joined(
                outage_id=outage.outage_id,
                at_us=now_us,
                message_id=vote.message_id,
                reasons=joined_reasons(vote, outage),
                score=outage.score,
            )
            for vote in taken
        ]
        decisions += self._went_on(outage, taken, now_us)
        customers = len(outage.customers)
        if customers >= 2 * outage.announced:
            outage.announced = customers
            reasons = grown_reasons(outage)
            decisions.append(Grown(outage_id=outage.outage_id, at_us=now_us, customers=customers, reasons=reasons))
        return decisions

    def _went_on(self, outage: Outage, taken: Iterable[Vote], now_us: int) -> list[Decision]:
        """Reports of an outage whose fix is said to be in."""
        watch = outage.watch
        if watch is None:
            return []
        for vote in taken:
            note(watch, vote, self._rules)
        customers = goes_on(watch, now_us, self._rules)
        if not customers:
            return []
        outage.watch, outage.state = None, OutageState.CONFIRMED
        return [_returned(outage, watch, customers, now_us)]

    def came_back(self, outage: Outage, vote: Vote, votes: Iterable[Vote], now_us: int) -> list[Decision]:
        """A report like those of a `mended` outage. From enough of them on it is open, and confirmed, again."""
        watch = outage.watch
        if watch is None or vote.message_id in outage.left:
            return []
        note(watch, vote, self._rules)
        customers = goes_on(watch, now_us, self._rules)
        if not customers:
            return []
        self._resolved.pop(outage.outage_id, None)
        outage.watch, outage.state = None, state_of_reopened(outage.state)
        self._outages[outage.outage_id] = outage
        return [_returned(outage, watch, customers, now_us), *self.join(outage, reported_again(watch, votes), now_us)]

    def resolve(self, outage: Outage, now_us: int) -> None:
        """A person says it is over. Its reports stay out of the usual rates."""
        del self._outages[outage.outage_id]
        outage.watch = Watch(since_us=now_us, customers_before=len(outage.customers))
        self._resolved[outage.outage_id] = outage

    def forget_resolved(self, now_us: int) -> None:
        """What has been over for the hold time doesn't come back: the next is another outage."""
        since_us = now_us - int(self._rules.hold_hours * HOUR_US)
        for outage in self.resolved:
            if outage.watch is None or outage.watch.since_us < since_us:
                del self._resolved[outage.outage_id]

    def is_echo(self, found: Candidate) -> bool:
        """A burst seen only because reports of an outage that is over still lie in the window.

        Within the hold time such an outage comes back by `came_back`; later, the new reports must be a burst
        by themselves.
        """
        gone = sum(vote.outage_id != 0 and vote.outage_id not in self._outages for vote in found.votes)
        if gone < max(1.0, self._rules.merge_overlap * len(found.votes)):
            return False
        if any(cosine(found.weights, one.weights) > self._rules.merge_cosine for one in self.resolved):
            return True
        fresh = [vote for vote in found.votes if not vote.outage_id]
        strength = score(len(fresh), found.expected, self._rules.dispersion)
        return voices(fresh) < self._rules.k or strength < self._rules.theta

    def merge(self, outage: Outage, into: Outage, votes: Collection[Vote], now_us: int) -> Merged:
        """Two proved to be one: `into` gets all reports and what people said of them, the other is no more."""
        del self._outages[outage.outage_id]
        for message_id, one in outage.members.items():
            if message_id not in into.left:
                enter(into, message_id, one)
        into.left |= {one: None for one in outage.left if one not in into.members}
        both = (into.outage_id, outage.outage_id)
        into.apart = {one: None for one in (*into.apart, *outage.apart) if one not in both}
        for term, count in outage.against.items():
            into.against[term] = into.against.get(term, 0) + count
        into.state = state_of_merged(outage.state, into.state)
        into.score = max(into.score, outage.score)
        into.last_us = max(into.last_us, outage.last_us)
        into.recent_us = sorted([*into.recent_us, *outage.recent_us])
        for vote in votes:
            if vote.outage_id == outage.outage_id:
                vote.outage_id = into.outage_id if vote.message_id in into.members else 0
        return Merged(
            outage_id=outage.outage_id,
            into_id=into.outage_id,
            at_us=now_us,
            reasons=(SameMatter(outage_id=into.outage_id, terms=heaviest(into.weights)),),
        )

    def as_people_said(
        self, found: Candidate, same: Sequence[Outage], live: Sequence[Outage], now_us: int
    ) -> list[Outage]:
        """The outages that a burst is a part of, `same` by the numbers, corrected by what people said.

        A live one joins them whose profile a person merged with one like the burst's. Out goes one that a person
        moved most of these reports out of, and one that they parted from the one which holds most of them.
        """
        drawn = [
            outage
            for outage in live
            if outage not in same and self.supervision.attracts(found.weights, outage.weights, now_us)
        ]
        ids = {vote.message_id for vote in found.votes}
        kept = [one for one in (*same, *drawn) if 2 * len(ids & one.left.keys()) <= len(ids)]
        kept.sort(key=lambda one: (one.opened_us, one.outage_id))
        if any(one.apart for one in kept):
            first = max(kept, key=lambda one: len(ids & one.members.keys()))  # the oldest of equals
            kept = [one for one in kept if one.outage_id not in first.apart]
        return kept

    def close_quiet(self, now_us: int) -> list[Decision]:
        """Resolve those that nobody reported for the quiet time."""
        quiet_us = int(self._rules.quiet_hours * HOUR_US)
        over = [outage for outage in self._outages.values() if now_us - outage.last_us >= quiet_us]
        reason = Quiet(hours=self._rules.quiet_hours)
        return [self._close(outage, Action.QUIET, reason, now_us) for outage in over]

    def get(self, outage_id: int) -> Outage | None:
        return self._outages.get(outage_id)

    def known(self, outage_id: int) -> Outage | None:
        """An open outage, or one that may come back."""
        return self._outages.get(outage_id) or self._resolved.get(outage_id)

    def holding(self, message_id: int) -> Outage | None:
        """The open outage that a message is in."""
        return next((one for one in self._outages.values() if message_id in one.members), None)

    def put(self, outage: Outage) -> None:
        """Add one that was made elsewhere."""
        self._outages[outage.outage_id] = outage

    def drop(self, outage: Outage) -> None:
        """It is open no more; its reports go on saying that they were its."""
        del self._outages[outage.outage_id]

    def _close(self, outage: Outage, action: Action, reason: AnyReason, now_us: int) -> Resolved:
        del self._outages[outage.outage_id]
        outage.state = next_state(outage.state, action) or OutageState.RESOLVED
        return Resolved(outage_id=outage.outage_id, at_us=now_us, reasons=(reason,))


def _returned(outage: Outage, watch: Watch, customers: int, now_us: int) -> Returned:
    why = WentOn(customers=customers, minutes=max(1, (now_us - watch.since_us) // MINUTE_US))
    return Returned(outage_id=outage.outage_id, at_us=now_us, state=outage.state, customers=customers, reasons=(why,))
