"""Reasons in words that an agent understands."""

from collections.abc import Sequence

from channelhub.rules.outage.grouping import Outage
from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import Vote

_SHOWN_TERMS = 5
_HEADLINE_CHARS = 90


def suspected_reasons(found: Candidate, outage: Outage, rules: OutageRules) -> tuple[str, ...]:
    """What was seen against what was to be expected, in which words, on which channels."""
    span = _span(rules.windows_min[found.seed.window])
    channels = ", ".join(f"{channel} {count}" for channel, count in sorted(outage.channels.items()))
    return (
        f"{len(outage.customers)} different customers in {span}, {_amount(found.expected)} expected",
        f"shared words: {_words(found.weights)}",
        f"channels: {channels}",
    )


def joined_reasons(vote: Vote, outage: Outage) -> tuple[str, ...]:
    """Which of the outage's words the message has."""
    shared = {term: outage.weights[term] for term in vote.terms if term in outage.weights}
    return (f"shared words: {_words(shared)}",) if shared else ("reported in the same burst",)


def grown_reasons(outage: Outage) -> tuple[str, ...]:
    """How many customers on how many channels by now."""
    return (f"{len(outage.customers)} different customers on {len(outage.channels)} channels",)


def _words(weights: dict[str, float]) -> str:
    ordered = sorted(weights, key=lambda term: (-weights[term], term))
    return ", ".join(term.removeprefix("#") for term in ordered[:_SHOWN_TERMS])


def _span(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} h"


def _amount(expected: float) -> str:
    return "fewer than 0.1" if expected < 0.1 else f"{expected:.1f}"


def headline(terms: Sequence[str], texts: Sequence[str]) -> str:
    """What an outage is about in a customer's own words: the report with most of its terms, the shortest of those."""
    best = min(texts, key=lambda text: (-sum(term in text.lower() for term in terms), len(text), text), default="")
    words = " ".join(best.split())
    return words if len(words) <= _HEADLINE_CHARS else words[: _HEADLINE_CHARS - 1].rstrip() + "…"
