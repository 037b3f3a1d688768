"""What the detector saw, as reasons; and an outage's headline in a customer's own words."""

from collections.abc import Sequence

from channelhub.rules.outage.grouping import Outage
from channelhub.rules.outage.profile import Candidate
from channelhub.rules.outage.reasons import (
    BeforeNoticed,
    Burst,
    Channels,
    Grew,
    NamesNothing,
    Reasons,
    SameBurst,
    SharedTerms,
)
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import NAMELESS, Vote

_SHOWN_TERMS = 5
_HEADLINE_CHARS = 90


def suspected_reasons(found: Candidate, outage: Outage, rules: OutageRules) -> Reasons:
    """What was seen against what was to be expected, in which words, on which channels."""
    burst = Burst(
        customers=len(outage.customers),
        window_min=rules.windows_min[found.seed.window],
        expected=round(found.expected, 3),
        background=round(outage.background, 8),
    )
    return burst, SharedTerms(terms=heaviest(found.weights)), Channels(reports=dict(sorted(outage.channels.items())))


def first_reasons(vote: Vote, outage: Outage) -> Reasons:
    """Why one of the reports belongs by which the outage was noticed."""
    return BeforeNoticed(), *joined_reasons(vote, outage)


def joined_reasons(vote: Vote, outage: Outage) -> Reasons:
    """Which of the outage's words the message has, and how much of what its average report has."""
    shared = {term: outage.weights[term] for term in vote.terms if term in outage.weights}
    if not shared:
        return (NamesNothing() if NAMELESS in vote.terms else SameBurst(),)
    similarity = round(min(1.0, sum(shared.values()) / outage.typical), 3) if outage.typical else None
    return (SharedTerms(terms=heaviest(shared), similarity=similarity),)


def grown_reasons(outage: Outage) -> Reasons:
    """How many customers on how many channels by now."""
    return (Grew(customers=len(outage.customers), channels=len(outage.channels)),)


def heaviest(weights: dict[str, float]) -> tuple[str, ...]:
    """A profile's most telling terms."""
    return tuple(sorted(weights, key=lambda term: (-weights[term], term))[:_SHOWN_TERMS])


def headline(terms: Sequence[str], texts: Sequence[str]) -> str:
    """What an outage is about in a customer's own words: the report with most of its terms, the shortest of those; one
    without a number rather than one, which speaks of a single customer's order."""
    best = min(texts, key=lambda text: (-_matches(terms, text), _names_a_case(text), len(text), text), default="")
    words = " ".join(best.split())
    return words if len(words) <= _HEADLINE_CHARS else words[: _HEADLINE_CHARS - 1].rstrip() + "…"


def _matches(terms: Sequence[str], text: str) -> int:
    lowered = text.lower()
    return sum(term in lowered for term in terms)


def _names_a_case(text: str) -> bool:
    return any(character.isdigit() for character in text)
