"""Composes votes, counts, profiles and groups into decisions about mass outages."""

import msgspec

from channelhub.rules.outage.backfill import Backfill, PastState
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.decided import Decided, PersonsDecision
from channelhub.rules.outage.early import Early, EarlyState
from channelhub.rules.outage.emerging import Emerging, EmergingBursts, Watched
from channelhub.rules.outage.grouping import Outage, by_profile, comes_in_time, is_rest, measured, same_as, widen
from channelhub.rules.outage.nameless import Nameless
from channelhub.rules.outage.open_outages import OpenOutages, OpenState
from channelhub.rules.outage.profile import Candidate, Growth
from channelhub.rules.outage.relearning import Relearning
from channelhub.rules.outage.report import Decision, Report
from channelhub.rules.outage.reservoir import Reservoir, ReservoirState
from channelhub.rules.outage.scan import Scan
from channelhub.rules.outage.spelling import Spelling, SpellingState
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual, UsualState
from channelhub.rules.outage.vote_blocks import VoteBlock, joined, pack
from channelhub.rules.outage.votes import ALL, NAMELESS, TemplateMemory, Vote, voices, vote_of

SNAPSHOT_VERSION = 10


class _Core(msgspec.Struct):
    """All but the votes. `held` says of votes, by their numbers, which outage they are in."""

    version: int
    now_us: int
    first_number: int
    next_number: int
    held: dict[int, int]
    past: PastState
    templates: dict[str, int]
    usual: UsualState
    reservoir: ReservoirState
    open: OpenState
    emerging: list[Watched]
    early: EarlyState
    spelling: SpellingState


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Blocks before `first_number` are of no use any more; those from `next_number` on belong to a later snapshot."""

    core: bytes
    blocks: tuple[VoteBlock, ...]
    first_number: int = 0
    next_number: int = 0


class Detector:
    """Fed with every report in order of arrival; answers what it concludes from each.

    It reads no clock: the time is that of the reports, or of `tick`, and never runs backwards. `snapshot` and
    `restore` lose nothing: what follows is exactly what an uninterrupted detector decides.
    """

    def __init__(self, rules: OutageRules) -> None:
        self.rules = rules
        self._now_us = 0
        self._templates = TemplateMemory(rules)
        self._counters = Counters(rules.origin_cap)
        self._backfill = Backfill(rules)
        self._open = OpenOutages(rules)
        self._emerging = EmergingBursts(rules)
        self._early = Early(rules, self._counters)
        self._wire(Usual(rules), Reservoir(rules), SpellingState())

    def _wire(self, usual: Usual, reservoir: Reservoir, spelling: SpellingState) -> None:
        self._usual, self._reservoir = usual, reservoir
        self._spelling = Spelling(self.rules, usual, spelling)
        self.growth = Growth(self.rules, self._counters, usual, reservoir)
        self.scan = Scan(self.rules, self._counters, usual, reservoir)
        self._relearning = Relearning(self.rules, self._counters)
        self._nameless = Nameless(self.rules, self._counters, self._nameless_share)
        self._decided = Decided(self._open, self.growth)

    @property
    def next_number(self) -> int:
        """The number that the next vote will have; see `snapshot`."""
        return self._counters.next_number

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The open outages, oldest first. Read only."""
        return self._open.all

    @property
    def emerging(self) -> tuple[Emerging, ...]:
        """What is rising but not enough yet, strongest first."""
        return self._emerging.shown

    def vote(self, report: Report) -> list[Decision]:
        """Take one report in. A backfilled or automatic report answers with nothing of its own."""
        if report.is_backfill:
            self._learn_past(report)
            return []
        decisions = self.tick(report.at_us)
        if report.is_automatic or not (report.features.terms or report.features.is_nameless):
            return decisions
        if self._templates.is_repeated(report.features.template, self._now_us):
            return decisions
        self._spelling.refresh(self._now_us)
        vote = vote_of(self._spelling.read(report, self._now_us), self._now_us)
        self._counters.add(vote)
        if self._is_early():
            self._early.add(vote)
        outage = by_profile(self._live(), vote.terms)
        if outage is not None:
            if not comes_in_time(outage, vote, self._traffic_since, self.rules):
                return decisions + self._open.came_back(outage, vote, self._counters.votes, self._now_us)
            decisions += self._open.join(outage, [vote], self._now_us)
            if self._has_grown(outage):  # by now its words may be usual
                self._relearning.measure(outage, self._against.growth)
            decisions += self._relearn(outage)
        elif over := by_profile(self._open.mended, vote.terms):
            decisions += self._open.came_back(over, vote, self._counters.votes, self._now_us)
        elif NAMELESS in vote.terms and (likely := self._nameless.outage_of(vote, self._live())):
            decisions += self._open.join_nameless(likely, [vote], self._now_us)
        if outage is None or self._has_grown(outage):
            decisions += self._look_for_burst(vote)
        return decisions

    def tick(self, at_us: int) -> list[Decision]:
        """Let time pass: old votes become history, quiet outages are resolved."""
        self._now_us = max(self._now_us, at_us)
        oldest_us = self._now_us - self.rules.lifetime_us
        while (oldest := self._counters.oldest) and (
            oldest.at_us <= oldest_us or len(self._counters) >= self.rules.most_votes
        ):
            vote = self._counters.expire()
            if not self._open.is_exceptional(vote):
                self._learn(vote, vote.at_us)
        self._open.forget_resolved(self._now_us)
        self._emerging.forget_old(self._now_us)
        return self._open.close_quiet(self._now_us)

    def decide(self, made: PersonsDecision) -> list[Decision]:
        """Do what a person decided. Answers what the time until then brought about, never the decision itself."""
        decisions = self.tick(made.at_us)
        self._decided.apply(made, self._counters.votes, self._now_us)
        return decisions

    def _learn(self, vote: Vote, at_us: int) -> None:
        self._usual.learn(vote.fresh, at_us, vote.problem)
        if ALL in vote.fresh:
            self._reservoir.offer(vote.terms, at_us)

    def _learn_past(self, report: Report) -> None:
        if report.is_automatic or not (report.features.terms or report.features.is_nameless):
            return
        if self._now_us and report.at_us < self._now_us - self.rules.max_backfill_days * DAY_US:
            return
        vote = self._backfill.take(self._spelling.read(report, self._now_us))
        if vote is not None:
            self._learn(vote, report.at_us)

    @property
    def _against(self) -> "Detector | Early":
        return self._early if self._is_early() else self

    @staticmethod
    def _has_grown(outage: Outage) -> bool:
        return len(outage.customers) >= outage.regrown * 1.3

    def _relearn(self, outage: Outage) -> list[Decision]:
        votes = self._relearning.widened(outage, self._against.growth, self._now_us)
        return self._open.join(outage, votes, self._now_us)

    def _nameless_share(self) -> float:
        usual = self._early.usual if self._is_early() else self._usual
        return usual.share(NAMELESS, self._now_us)

    def _live(self) -> list[Outage]:
        if not self._open.all:
            return []
        traffic = self._traffic_since(self._now_us - int(self.rules.hold_hours * HOUR_US))
        return self._open.live(self._now_us, traffic)

    def _traffic_since(self, since_us: int) -> int:
        return self._counters.count(ALL, since_us)

    def _look_for_burst(self, vote: Vote) -> list[Decision]:
        is_cold = self._is_cold()
        against = self._against
        needed = self.rules.theta_cold if is_cold else self.rules.theta
        best: Candidate | None = None
        nearest: Candidate | None = None  # of those that can't open an outage
        for seed in against.scan.seeds(vote, self._now_us):
            candidate = against.growth.judge(seed, self._now_us)
            if candidate.may_open and (best is None or candidate.score > best.score):
                best = candidate
            elif not candidate.may_open and (nearest is None or candidate.score > nearest.score):
                nearest = candidate
        if best is None or best.score < needed or (is_cold and voices(best.votes) < self.rules.k_cold):
            self._watch(best or nearest, needed)
            return []
        self._emerging.forget_like(best.weights)
        return self._conclude(best, vote)

    def _watch(self, found: Candidate | None, needed: float) -> None:
        """Keep an eye on a burst that is not enough, unless it is a part of an open outage or dismissed."""
        if found is None or not self._emerging.is_near(found, needed):
            return
        if same_as(found, self._open.all, self._live(), self.rules):
            return
        if not self._open.supervision.is_dismissed(found.weights, voices(found.votes), self._now_us):
            self._emerging.note(found, needed, self._now_us)

    def _is_cold(self) -> bool:
        rules, usual = self.rules, self._usual
        return usual.days(self._now_us) < rules.cold_days or usual.messages(self._now_us) < rules.cold_messages

    def _is_early(self) -> bool:
        return self._usual.messages(self._now_us) < self.rules.cold_messages

    def _conclude(self, found: Candidate, vote: Vote) -> list[Decision]:
        if self._open.supervision.is_dismissed(found.weights, voices(found.votes), self._now_us):
            return []
        members = sorted(found.votes, key=lambda vote: (vote.at_us, vote.message_id))
        since_us = self._now_us - self.rules.windows_us[found.seed.window]
        live = self._live()
        same = same_as(found, self._open.all, live, self.rules)
        same = self._open.as_people_said(found, same, live, self._now_us)
        if not same:
            if self._open.is_echo(found):
                return []
            if is_rest(found, live, since_us, self.rules):
                return []
            reach = self._against.growth.reach.of(found.weights, found.cut, since_us)
            opened, outage = self._open.open(found, members, reach, vote.message_id, self._now_us)
            joined = [*self._open.join(outage, reach.votes, self._now_us), *self._relearn(outage)]
            unnamed = self._nameless.since_onset(outage)
            return [opened, *joined, *self._open.join_nameless(outage, unnamed, self._now_us)]
        if any(outage.watch and outage not in live for outage in same):  # it comes back by its own rule
            return []
        same = [outage for outage in same if outage in live]
        if not same:  # the echo of an outage that is over: its own reports, seen again in a longer window
            return []
        if vote.message_id not in (one.message_id for one in found.votes):  # it stirred up nothing but old reports
            return []
        into = same[0]
        decisions: list[Decision] = [
            self._open.merge(outage, into, self._counters.votes, self._now_us) for outage in same[1:]
        ]
        widen(into, found)
        reach = self._against.growth.reach.of(into.weights, found.cut, min([since_us, *into.recent_us[:1]]))
        measured(into, reach)
        into.regrown = len(into.customers)
        into.score = max(into.score, found.score)
        return decisions + self._open.join(into, [*members, *reach.votes], self._now_us) + self._relearn(into)

    def snapshot(self, known: int = 0) -> Snapshot:
        """Everything that later decisions depend on; of the votes only those from number `known` on.

        The blocks of earlier snapshots hold the others: `restore` needs all from `first_number` on.
        """
        counters = self._counters
        first, following = counters.first_number, counters.next_number
        core = _Core(
            version=SNAPSHOT_VERSION,
            now_us=self._now_us,
            first_number=first,
            next_number=following,
            held={number: vote.outage_id for number, vote in enumerate(counters.votes, first) if vote.outage_id},
            past=self._backfill.state(),
            templates=self._templates.seen,
            usual=self._usual.state,
            reservoir=self._reservoir.state,
            open=self._open.state,
            emerging=self._emerging.watched,
            early=self._early.state(),
            spelling=self._spelling.state,
        )
        blocks = pack(counters.since(known), max(known, first))
        return Snapshot(core=msgspec.msgpack.encode(core), blocks=blocks, first_number=first, next_number=following)

    @classmethod
    def restore(cls, rules: OutageRules, snapshot: Snapshot) -> "Detector":
        """The detector that wrote `snapshot`. ValueError where it isn't whole or not of this version."""
        try:
            state = msgspec.msgpack.decode(snapshot.core, type=_Core)
            votes = joined(snapshot.blocks, state.first_number, state.next_number, state.held)
        except msgspec.DecodeError as error:
            raise ValueError(f"not a snapshot of outage detection: {error}") from error
        if state.version != SNAPSHOT_VERSION:
            raise ValueError(f"outage snapshot has version {state.version}, not {SNAPSHOT_VERSION}")
        detector = cls(rules)
        detector._now_us = state.now_us
        detector._templates = TemplateMemory(rules, state.templates)
        detector._counters.load(votes, state.first_number)
        detector._backfill = Backfill(rules, state.past)
        detector._open = OpenOutages(rules, state.open)
        detector._emerging = EmergingBursts(rules, state.emerging)
        detector._early = Early(rules, detector._counters, state.early, votes)
        detector._wire(Usual(rules, state.usual), Reservoir(rules, state.reservoir), state.spelling)
        return detector
