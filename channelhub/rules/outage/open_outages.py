"""The outages that are open: opened by a burst, joined by later reports, merged, closed, dismissed with memory."""

from collections.abc import Iterable, Sequence

import msgspec

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.grouping import Outage, cosine, is_live, take, typical_weight
from channelhub.rules.outage.lifecycle import Action, next_state
from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.reasons import AnyReason, ByPerson, Quiet, SameMatter
from channelhub.rules.outage.report import Decision, Grown, Joined, Merged, Resolved, Suspected
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, OutageRules
from channelhub.rules.outage.votes import Vote
from channelhub.rules.outage.wording import first_reasons, grown_reasons, heaviest, joined_reasons, suspected_reasons


class Dismissed(msgspec.Struct):
    """A profile that a person called no outage."""

    weights: dict[str, float]
    until_us: int


class OpenState(msgspec.Struct):
    """All that open outages are made of, as a snapshot keeps it."""

    outages: list[Outage]
    dismissed: list[Dismissed]


class OpenOutages:
    """Oldest first. Times are the detector's, in microseconds; `votes` are all that are still alive."""

    def __init__(self, rules: OutageRules, state: OpenState | None = None) -> None:
        self._rules = rules
        self._outages = {outage.outage_id: outage for outage in state.outages} if state else {}
        self._dismissed = state.dismissed if state else []

    @property
    def all(self) -> tuple[Outage, ...]:
        return tuple(self._outages.values())

    @property
    def state(self) -> OpenState:
        return OpenState(outages=list(self._outages.values()), dismissed=self._dismissed)

    def live(self, now_us: int, traffic: int) -> list[Outage]:
        """Those that reports still come in for; `traffic` is the number of votes within the hold time."""
        return [outage for outage in self._outages.values() if is_live(outage, now_us, traffic, self._rules)]

    def is_exceptional(self, vote: Vote) -> bool:
        """An outage's reports are no usual traffic, unless it has lasted so long that they are the new usual."""
        if not vote.outage_id:
            return False
        outage = self._outages.get(vote.outage_id)
        return outage is None or vote.at_us - outage.opened_us < self._rules.lasting_days * DAY_US

    def is_dismissed(self, weights: dict[str, float], now_us: int) -> bool:
        """A person called such a profile none, not long ago."""
        self._dismissed = [memory for memory in self._dismissed if memory.until_us > now_us]
        return any(cosine(weights, memory.weights) > self._rules.merge_cosine for memory in self._dismissed)

    def open(self, found: Candidate, members: Sequence[Vote], outage_id: int, now_us: int) -> Suspected:
        """A new outage of `members`, oldest first."""
        outage = Outage(
            outage_id=outage_id,
            state=OutageState.SUSPECTED,
            opened_us=now_us,
            last_us=now_us,
            weights=found.weights,
            cut=found.cut,
            background=found.background,
            recent_us=[],
            members=[],
            customers=[],
            channels={},
            typical=typical_weight(members, found.weights),
        )
        for member in members:
            take(outage, member)
        outage.announced = outage.regrown = len(outage.customers)
        self._outages[outage_id] = outage
        return Suspected(
            outage_id=outage_id,
            at_us=now_us,
            members=tuple(outage.members),
            customers=len(outage.customers),
            label=outage.label,
            reasons=suspected_reasons(found, outage, self._rules),
            why=tuple(first_reasons(member, outage) for member in members if member.outage_id == outage_id),
        )

    def join(self, outage: Outage, votes: Iterable[Vote], now_us: int) -> list[Decision]:
        """Take in those votes that belong to no outage yet."""
        decisions: list[Decision] = [
            Joined(
                outage_id=outage.outage_id,
                at_us=now_us,
                message_id=vote.message_id,
                reasons=joined_reasons(vote, outage),
            )
            for vote in votes
            if take(outage, vote)
        ]
        customers = len(outage.customers)
        if customers >= 2 * outage.announced:
            outage.announced = customers
            reasons = grown_reasons(outage)
            decisions.append(Grown(outage_id=outage.outage_id, at_us=now_us, customers=customers, reasons=reasons))
        return decisions

    def merge(self, outage: Outage, into: Outage, votes: Iterable[Vote], now_us: int) -> Merged:
        """Two proved to be one: `into` gets all reports, the other is no more."""
        del self._outages[outage.outage_id]
        into.members = sorted({*into.members, *outage.members})
        into.customers = list(dict.fromkeys([*into.customers, *outage.customers]))
        into.last_us = max(into.last_us, outage.last_us)
        into.recent_us = sorted([*into.recent_us, *outage.recent_us])
        for channel, count in outage.channels.items():
            into.channels[channel] = into.channels.get(channel, 0) + count
        for vote in votes:
            if vote.outage_id == outage.outage_id:
                vote.outage_id = into.outage_id
        return Merged(
            outage_id=outage.outage_id,
            into_id=into.outage_id,
            at_us=now_us,
            reasons=(SameMatter(outage_id=into.outage_id, terms=heaviest(into.weights)),),
        )

    def close_quiet(self, now_us: int) -> list[Decision]:
        """Resolve those that nobody reported for the quiet time."""
        quiet_us = int(self._rules.quiet_hours * HOUR_US)
        over = [outage for outage in self._outages.values() if now_us - outage.last_us >= quiet_us]
        reason = Quiet(hours=self._rules.quiet_hours)
        return [self._close(outage, Action.QUIET, reason, now_us) for outage in over]

    def confirm(self, outage_id: int) -> bool:
        """A person says it is one. False where there is no such open outage or it is confirmed already."""
        outage = self._outages.get(outage_id)
        state = next_state(outage.state, Action.CONFIRM) if outage else None
        if outage is None or state is None:
            return False
        outage.state = state
        return True

    def resolve(self, outage_id: int, now_us: int) -> list[Decision]:
        """A person says it is over. Its reports stay out of the usual rates. Empty where it isn't open."""
        outage = self._outages.get(outage_id)
        return [] if outage is None else [self._close(outage, Action.RESOLVE, ByPerson(action="resolve"), now_us)]

    def dismiss(self, outage_id: int, votes: Iterable[Vote], now_us: int) -> None:
        """A person says it is none: its reports count as usual traffic, its profile stays silent for a while."""
        outage = self._outages.get(outage_id)
        if outage is None or next_state(outage.state, Action.DISMISS) is None:
            return
        del self._outages[outage_id]
        until_us = now_us + int(self._rules.dismissed_hours * HOUR_US)
        self._dismissed.append(Dismissed(weights=outage.weights, until_us=until_us))
        for vote in votes:
            if vote.outage_id == outage_id:
                vote.outage_id = 0

    def _close(self, outage: Outage, action: Action, reason: AnyReason, now_us: int) -> Resolved:
        del self._outages[outage.outage_id]
        outage.state = next_state(outage.state, action) or OutageState.RESOLVED
        return Resolved(outage_id=outage.outage_id, at_us=now_us, reasons=(reason,))
