"""The few reports that say best what an outage is about: central by their words, different from each other, and one for
each language that many write in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

from rapidfuzz.fuzz import token_set_ratio

MOST: Final = 5
_COMPARED: Final = 40  # the most central by their terms, whose texts are compared
_TEXT_CHARS: Final = 400
_LANGUAGE_SHARE: Final = 0.1  # of the reports: a language with as many has one of its own
_LANGUAGE_REPORTS: Final = 2
_TOO_ALIKE: Final = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report with what its own words are. `customer` says whose it is: everybody is shown once."""

    message_id: int
    customer: int
    language: str
    terms: tuple[str, ...]
    text: str


def representatives(reports: Sequence[Report], usual: Mapping[str, float]) -> tuple[int, ...]:
    """Message ids, the most central first; at most `MOST`. `usual` is each term's share of usual messages.

    How the reports are ordered does not matter.
    """
    worded = [one for one in sorted(reports, key=lambda one: one.message_id) if one.text.strip() and one.terms]
    central = _by_terms(worded, usual)
    candidates = sorted(worded, key=lambda one: (-central[one.message_id], one.message_id))[:_COMPARED]
    candidates += _best_of_languages(worded, central, candidates)
    alike = _alike(candidates)
    scores = {
        one.message_id: central[one.message_id] + sum(alike[one.message_id].values()) / len(candidates)
        for one in candidates
    }
    ranked = sorted(candidates, key=lambda one: (-scores[one.message_id], one.message_id))
    chosen: list[Report] = []
    spoken = _languages(worded)
    for one in [*(_first(ranked, language) for language in spoken), *ranked]:
        if one is not None and len(chosen) < MOST and _is_new(one, chosen, alike, is_first=one.language in spoken):
            chosen.append(one)
            spoken = [language for language in spoken if language != one.language]
    return tuple(one.message_id for one in sorted(chosen, key=lambda one: (-scores[one.message_id], one.message_id)))


def _by_terms(reports: Sequence[Report], usual: Mapping[str, float]) -> dict[int, float]:
    """How much a report has of what many reports share and usual messages lack, 0 to 1; length is no merit."""
    shares = Counter(term for one in reports for term in set(one.terms))
    weights = {
        term: count / len(reports) * max(0.0, log(count / len(reports) / max(usual.get(term, 0.0), 1e-4)))
        for term, count in shares.items()
        if count > 1
    }
    raw = {
        one.message_id: sum(weights.get(term, 0.0) for term in set(one.terms)) / sqrt(len(set(one.terms)))
        for one in reports
    }
    top = max(raw.values(), default=0.0) or 1.0
    return {message_id: weight / top for message_id, weight in raw.items()}


def _languages(reports: Sequence[Report]) -> list[str]:
    """Those that enough reports are written in, the commonest first."""
    counts = Counter(one.language for one in reports)
    needed = max(_LANGUAGE_REPORTS, _LANGUAGE_SHARE * len(reports))
    return [
        language for language, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= needed
    ]


def _best_of_languages(
    reports: Sequence[Report], central: Mapping[int, float], candidates: Sequence[Report]
) -> list[Report]:
    """The most central report of each language that has none among the candidates."""
    there = {one.language for one in candidates}
    return [
        max(
            (one for one in reports if one.language == language),
            key=lambda one: (central[one.message_id], -one.message_id),
        )
        for language in _languages(reports)
        if language not in there
    ]


def _alike(candidates: Sequence[Report]) -> dict[int, dict[int, float]]:
    """How alike the texts of any two are, 0 to 1."""
    texts = {one.message_id: one.text[:_TEXT_CHARS].lower() for one in candidates}
    found: dict[int, dict[int, float]] = {message_id: {} for message_id in texts}
    for place, left in enumerate(candidates):
        for right in candidates[place + 1 :]:
            ratio = token_set_ratio(texts[left.message_id], texts[right.message_id]) / 100
            found[left.message_id][right.message_id] = found[right.message_id][left.message_id] = ratio
    return found


def _first(ranked: Sequence[Report], language: str) -> Report | None:
    return next((one for one in ranked if one.language == language), None)


def _is_new(one: Report, chosen: Sequence[Report], alike: Mapping[int, Mapping[int, float]], *, is_first: bool) -> bool:
    """Another customer, and other words than those already chosen, unless it is the first of its language."""
    if any(one.customer == other.customer for other in chosen):
        return False
    return is_first or all(alike[one.message_id].get(other.message_id, 0.0) < _TOO_ALIKE for other in chosen)
