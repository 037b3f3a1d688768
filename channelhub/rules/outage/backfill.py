"""Imported history: the same caps as for live votes, on a clock of its own."""

import msgspec

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import TemplateMemory, Vote, vote_of


class PastState(msgspec.Struct):
    """What a snapshot keeps of imports under way."""

    now_us: int = 0
    votes: list[Vote] = msgspec.field(default_factory=list)
    templates: dict[str, int] = msgspec.field(default_factory=dict)


class Backfill:
    """Says which terms of an imported message are new votes, so that nobody fills the history by repeating himself.

    Imports arrive in order of time within one account; a jump back of more than a vote's life starts afresh.
    """

    def __init__(self, rules: OutageRules, state: PastState | None = None) -> None:
        self._rules = rules
        state = state or PastState()
        self._now_us = state.now_us
        self._templates = TemplateMemory(rules, state.templates)
        self._counters = Counters(rules.origin_cap)
        self._counters.load(state.votes)

    def take(self, report: Report) -> Vote | None:
        """The message as a vote with `fresh` set, or None where it has none."""
        if report.at_us < self._now_us - self._rules.lifetime_us:
            self._now_us = 0
            self._templates = TemplateMemory(self._rules)
            self._counters = Counters(self._rules.origin_cap)
        self._now_us = max(self._now_us, report.at_us)
        oldest_us = self._now_us - self._rules.lifetime_us
        while (oldest := self._counters.oldest) and oldest.at_us <= oldest_us:
            self._counters.expire()
        if self._templates.is_repeated(report.features.template, self._now_us):
            return None
        vote = vote_of(report, self._now_us)
        self._counters.add(vote)
        return vote

    def state(self) -> PastState:
        """For `__init__`; shares its lists, so encode it before the next `take`."""
        return PastState(
            now_us=self._now_us,
            votes=self._counters.votes,
            templates=self._templates.seen,
        )
