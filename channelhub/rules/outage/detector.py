"""Composes votes, counts, profiles and groups into decisions about mass outages."""

from collections import deque

import msgspec

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.backfill import Backfill, PastState
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.early import Early, EarlyState
from channelhub.rules.outage.grouping import Outage, by_profile, cosine, is_live, same_as, take, widen
from channelhub.rules.outage.lifecycle import Action, next_state
from channelhub.rules.outage.profile import Candidate, Growth
from channelhub.rules.outage.report import Decision, Grown, Joined, Merged, Report, Resolved, Suspected
from channelhub.rules.outage.reservoir import Reservoir, ReservoirState
from channelhub.rules.outage.scan import Scan
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual, UsualState
from channelhub.rules.outage.votes import ALL, TemplateMemory, Vote, voices, vote_of
from channelhub.rules.outage.wording import grown_reasons, joined_reasons, suspected_reasons

SNAPSHOT_VERSION = 2


class Dismissed(msgspec.Struct):
    """A profile that a person called no outage."""

    weights: dict[str, float]
    until_us: int


class _Snapshot(msgspec.Struct):
    version: int
    now_us: int
    votes: list[Vote]
    counters: dict[str, list[int]]
    past: PastState
    templates: dict[str, int]
    usual: UsualState
    reservoir: ReservoirState
    outages: list[Outage]
    dismissed: list[Dismissed]
    early: EarlyState


class Detector:
    """Fed with every report in order of arrival; answers what it concludes from each.

    It reads no clock: the time is that of the reports, or of `tick`, and never runs backwards. `snapshot` and
    `restore` lose nothing: what follows is exactly what an uninterrupted detector decides.
    """

    def __init__(self, rules: OutageRules) -> None:
        self.rules = rules
        self._now_us = 0
        self._votes: deque[Vote] = deque()
        self._templates = TemplateMemory(rules)
        self._counters = Counters(rules.origin_cap)
        self._backfill = Backfill(rules)
        self._outages: dict[int, Outage] = {}  # open ones, oldest first
        self._dismissed: list[Dismissed] = []
        self._early = Early(rules, self._counters)
        self._wire(Usual(rules), Reservoir(rules))

    def _wire(self, usual: Usual, reservoir: Reservoir) -> None:
        self._usual, self._reservoir = usual, reservoir
        self.growth = Growth(self.rules, self._counters, usual, reservoir)
        self.scan = Scan(self.rules, self._counters, usual, reservoir)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The open outages, oldest first. Read only."""
        return tuple(self._outages.values())

    def vote(self, report: Report) -> list[Decision]:
        """Take one report in. A backfilled or automatic report answers with nothing of its own."""
        if report.is_backfill:
            self._learn_past(report)
            return []
        decisions = self.tick(report.at_us)
        if report.is_automatic or not report.features.terms:
            return decisions
        if self._templates.is_repeated(report.features.template, self._now_us):
            return decisions
        vote = vote_of(report, self._now_us)
        self._votes.append(vote)
        self._counters.add(vote)
        if self._is_early():
            self._early.add(vote)
        outage = by_profile(self._live(), vote.terms)
        if outage is not None:
            decisions += self._join(outage, [vote])
        if outage is None or len(outage.customers) >= outage.regrown * 1.3:
            decisions += self._look_for_burst(vote)
        return decisions

    def tick(self, at_us: int) -> list[Decision]:
        """Let time pass: old votes become history, quiet outages are resolved."""
        self._now_us = max(self._now_us, at_us)
        oldest_us = self._now_us - self.rules.lifetime_us
        while self._votes and self._votes[0].at_us <= oldest_us:
            vote = self._votes.popleft()
            self._counters.expire(vote)
            if not self._is_exceptional(vote):
                self._learn(vote, vote.at_us)
        quiet_us = int(self.rules.quiet_hours * HOUR_US)
        over = [outage for outage in self._outages.values() if self._now_us - outage.last_us >= quiet_us]
        return [self._close(outage, Action.QUIET, f"no report for {self.rules.quiet_hours:g} hours") for outage in over]

    def confirm(self, outage_id: int) -> bool:
        """A person says it is one. False where there is no such open outage or it is confirmed already."""
        outage = self._outages.get(outage_id)
        state = next_state(outage.state, Action.CONFIRM) if outage else None
        if outage is None or state is None:
            return False
        outage.state = state
        return True

    def resolve(self, outage_id: int, at_us: int) -> list[Decision]:
        """A person says it is over. Its reports stay out of the usual rates. Empty where it isn't open."""
        decisions = self.tick(at_us)
        if outage := self._outages.get(outage_id):
            decisions.append(self._close(outage, Action.RESOLVE, "resolved by a person"))
        return decisions

    def dismiss(self, outage_id: int, at_us: int) -> list[Decision]:
        """A person says it is none: its reports count as usual traffic, its profile stays silent for a while."""
        decisions = self.tick(at_us)
        outage = self._outages.get(outage_id)
        if outage is not None and next_state(outage.state, Action.DISMISS):
            del self._outages[outage_id]
            until_us = self._now_us + int(self.rules.dismissed_hours * HOUR_US)
            self._dismissed.append(Dismissed(weights=outage.weights, until_us=until_us))
            for vote in self._votes:
                if vote.outage_id == outage_id:
                    vote.outage_id = 0
        return decisions

    def _is_exceptional(self, vote: Vote) -> bool:
        """An outage's reports are no usual traffic, unless it has lasted so long that they are the new usual."""
        if not vote.outage_id:
            return False
        outage = self._outages.get(vote.outage_id)
        return outage is None or vote.at_us - outage.opened_us < self.rules.lasting_days * DAY_US

    def _learn(self, vote: Vote, at_us: int) -> None:
        self._usual.learn(vote.fresh, at_us, vote.problem)
        if ALL in vote.fresh:
            self._reservoir.offer(vote.terms, at_us)

    def _learn_past(self, report: Report) -> None:
        if report.is_automatic or not report.features.terms:
            return
        if self._now_us and report.at_us < self._now_us - self.rules.max_backfill_days * DAY_US:
            return
        vote = self._backfill.take(report)
        if vote is not None:
            self._learn(vote, report.at_us)

    def _live(self) -> list[Outage]:
        if not self._outages:
            return []
        traffic = self._counters.count(ALL, self._now_us - int(self.rules.hold_hours * HOUR_US))
        return [outage for outage in self._outages.values() if is_live(outage, self._now_us, traffic, self.rules)]

    def _look_for_burst(self, vote: Vote) -> list[Decision]:
        is_cold = self._is_cold()
        against = self._early if self._is_early() else self
        best: Candidate | None = None
        for seed in against.scan.seeds(vote, self._now_us):
            candidate = against.growth.judge(seed, self._now_us)
            if candidate.may_open and (best is None or candidate.score > best.score):
                best = candidate
        if best is None or best.score < (self.rules.theta_cold if is_cold else self.rules.theta):
            return []
        if is_cold and voices(best.votes) < self.rules.k_cold:
            return []
        return self._conclude(best, vote)

    def _is_cold(self) -> bool:
        rules, usual = self.rules, self._usual
        return usual.days(self._now_us) < rules.cold_days or usual.messages(self._now_us) < rules.cold_messages

    def _is_early(self) -> bool:
        return self._usual.messages(self._now_us) < self.rules.cold_messages

    def _conclude(self, found: Candidate, vote: Vote) -> list[Decision]:
        self._dismissed = [memory for memory in self._dismissed if memory.until_us > self._now_us]
        if any(cosine(found.weights, memory.weights) > self.rules.merge_cosine for memory in self._dismissed):
            return []
        members = sorted(found.votes, key=lambda vote: (vote.at_us, vote.message_id))
        live = self._live()
        same = same_as(found, self._outages.values(), live, self.rules)
        if not same:
            return [self._open(found, members, vote)]
        same = [outage for outage in same if outage in live]
        if not same:  # the echo of an outage that is over: its own reports, seen again in a longer window
            return []
        into = same[0]
        decisions: list[Decision] = [self._merge(outage, into) for outage in same[1:]]
        widen(into, found)
        into.regrown = len(into.customers)
        return decisions + self._join(into, members)

    def _open(self, found: Candidate, members: list[Vote], vote: Vote) -> Suspected:
        outage = Outage(
            outage_id=vote.message_id,
            state=OutageState.SUSPECTED,
            opened_us=self._now_us,
            last_us=self._now_us,
            weights=found.weights,
            cut=found.cut,
            background=found.background,
            recent_us=[],
            members=[],
            customers=[],
            channels={},
        )
        for member in members:
            take(outage, member)
        outage.announced = outage.regrown = len(outage.customers)
        self._outages[outage.outage_id] = outage
        return Suspected(
            outage_id=outage.outage_id,
            at_us=self._now_us,
            members=tuple(outage.members),
            customers=len(outage.customers),
            label=outage.label,
            reasons=suspected_reasons(found, outage, self.rules),
        )

    def _join(self, outage: Outage, votes: list[Vote]) -> list[Decision]:
        decisions: list[Decision] = [
            Joined(
                outage_id=outage.outage_id,
                at_us=self._now_us,
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
            decisions.append(
                Grown(outage_id=outage.outage_id, at_us=self._now_us, customers=customers, reasons=reasons)
            )
        return decisions

    def _merge(self, outage: Outage, into: Outage) -> Merged:
        del self._outages[outage.outage_id]
        into.members = sorted({*into.members, *outage.members})
        into.customers = list(dict.fromkeys([*into.customers, *outage.customers]))
        into.last_us = max(into.last_us, outage.last_us)
        into.recent_us = sorted([*into.recent_us, *outage.recent_us])
        for channel, count in outage.channels.items():
            into.channels[channel] = into.channels.get(channel, 0) + count
        for vote in self._votes:
            if vote.outage_id == outage.outage_id:
                vote.outage_id = into.outage_id
        return Merged(
            outage_id=outage.outage_id,
            into_id=into.outage_id,
            at_us=self._now_us,
            reasons=(f"the same words or the same reports as «{into.label}»",),
        )

    def _close(self, outage: Outage, action: Action, reason: str) -> Resolved:
        del self._outages[outage.outage_id]
        outage.state = next_state(outage.state, action) or OutageState.RESOLVED
        return Resolved(outage_id=outage.outage_id, at_us=self._now_us, reasons=(reason,))

    def snapshot(self) -> bytes:
        """Everything that later decisions depend on."""
        state = _Snapshot(
            version=SNAPSHOT_VERSION,
            now_us=self._now_us,
            votes=list(self._votes),
            counters=self._counters.dump(),
            past=self._backfill.state(),
            templates=self._templates.seen,
            usual=self._usual.state,
            reservoir=self._reservoir.state,
            outages=list(self._outages.values()),
            dismissed=self._dismissed,
            early=self._early.state(),
        )
        return msgspec.msgpack.encode(state)

    @classmethod
    def restore(cls, rules: OutageRules, snapshot: bytes) -> "Detector":
        """The detector that wrote `snapshot`. ValueError where it isn't one of this version."""
        try:
            state = msgspec.msgpack.decode(snapshot, type=_Snapshot)
        except msgspec.DecodeError as error:
            raise ValueError(f"not a snapshot of outage detection: {error}") from error
        if state.version != SNAPSHOT_VERSION:
            raise ValueError(f"outage snapshot has version {state.version}, not {SNAPSHOT_VERSION}")
        detector = cls(rules)
        detector._now_us = state.now_us
        detector._votes = deque(state.votes)
        detector._templates = TemplateMemory(rules, state.templates)
        detector._counters.load(state.counters, {vote.message_id: vote for vote in state.votes})
        detector._backfill = Backfill(rules, state.past)
        detector._outages = {outage.outage_id: outage for outage in state.outages}
        detector._dismissed = state.dismissed
        detector._early = Early(rules, detector._counters, state.early, state.votes)
        detector._wire(Usual(rules, state.usual), Reservoir(rules, state.reservoir))
        return detector
