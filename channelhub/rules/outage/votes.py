"""Who has a vote: one per customer, none for machines, one for identical texts, few for one unverified origin."""

from collections import OrderedDict
from collections.abc import Iterable
from sys import intern

import msgspec

from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules

#: The term that every vote carries: its count is the traffic that shares are taken of.
ALL = ""
#: The term of a vote that names nothing (`content.nameless`): counted as any other, but no burst and no profile has it.
NAMELESS = "!nameless"


class Vote(msgspec.Struct, gc=False):
    """A report that counts, as long as it lives. `origin` is empty for a verified sender."""

    message_id: int
    at_us: int
    customer: int
    origin: str
    channel: str
    terms: tuple[str, ...]
    problem: float
    words: int
    language: str
    outage_id: int = 0  # 0: in none
    stale: tuple[str, ...] = ()  # terms for which it took another vote's place

    @property
    def fresh(self) -> tuple[str, ...]:
        """Terms for which it was not a repetition, `ALL` among them: what enters the usual rates."""
        terms = (ALL, *self.terms)
        return tuple(term for term in terms if term not in self.stale) if self.stale else terms


class TemplateMemory:
    """Remembers identical texts: newsletters, bot spam and preset sentences are one voice, not many."""

    def __init__(self, rules: OutageRules, seen: dict[str, int] | None = None) -> None:
        # digest -> last time, oldest first; a plain dictionary finds its first only by passing all that were before it
        self.seen: OrderedDict[str, int] = OrderedDict(seen or {})
        self._keep_us = int(rules.template_hours * HOUR_US)
        self._most = rules.most_templates

    def is_repeated(self, template: str, at_us: int) -> bool:
        """The template was seen within the rule's time; either way it is remembered as seen now."""
        while self.seen:
            oldest = next(iter(self.seen))
            if self.seen[oldest] >= at_us - self._keep_us and len(self.seen) <= self._most:
                break
            del self.seen[oldest]
        if not template:
            return False
        is_known = self.seen.pop(template, None) is not None
        self.seen[template] = at_us
        return is_known


def vote_of(report: Report, at_us: int) -> Vote:
    """The report as a vote at `at_us`. An unverified sender without an origin shares one with its channel."""
    origin = "" if report.is_verified else report.origin or f"channel:{report.channel}"
    terms = report.features.terms  # a word is in memory once, however many use it
    return Vote(
        message_id=report.message_id,
        at_us=at_us,
        customer=report.customer,
        origin=intern(origin),
        channel=intern(report.channel),
        terms=(*map(intern, terms), NAMELESS) if report.features.is_nameless else tuple(map(intern, terms)),
        problem=report.features.problem,
        words=report.features.words,
        language=intern(report.features.language),
    )


def counted(votes: Iterable[Vote], origin_cap: int) -> list[Vote]:
    """Those that count: the newest of each customer, of one origin the newest `origin_cap` unverified."""
    return counted_newest_first(sorted(votes, key=lambda vote: (-vote.at_us, -vote.message_id)), origin_cap)


def counted_newest_first(votes: Iterable[Vote], origin_cap: int) -> list[Vote]:
    """`counted` of votes that come newest first."""
    kept: list[Vote] = []
    customers: set[int] = set()
    origins: dict[str, int] = {}
    for vote in votes:
        if vote.customer in customers:
            continue
        if vote.origin:
            if origins.get(vote.origin, 0) >= origin_cap:
                continue
            origins[vote.origin] = origins.get(vote.origin, 0) + 1
        customers.add(vote.customer)
        kept.append(vote)
    return kept


def voices(votes: Iterable[Vote]) -> int:
    """How many different people certainly speak: the largest unverified origin counts as one of them.

    So a single origin never makes an alarm, nor lifts a coincidence of a few honest customers to one.
    """
    count, origins = 0, {"": 1}
    for vote in votes:
        count += 1
        if vote.origin:
            origins[vote.origin] = origins.get(vote.origin, 0) + 1
    return count - (max(origins.values()) - 1)
