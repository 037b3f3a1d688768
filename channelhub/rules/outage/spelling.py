"""Slips of the keyboard: a word that hardly anybody uses and that is one slip from a common one is read as that, too.

The words to compare with are the hub's own common ones, so names of its products and towns are among them. A term is
added, none is taken away: a new word that people really use bursts as any other. One slip is a letter left out, put in
or exchanged, or two neighbours swapped (Damerau, 1964); words are found by what is left without one of their letters,
so that no word is compared with all others (symmetric deletion, Garbe, 2012).
"""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from channelhub.content.features import Features, is_concept
from channelhub.content.lexicon import concepts_of, is_problem_anywhere
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual

_SHORTEST = 4  # letters; shorter words are one slip from too many others
_LONGEST = 24


class SpellingState(msgspec.Struct):
    """What a snapshot keeps: the common words, the commonest first, and when they were looked up."""

    words: list[str] = msgspec.field(default_factory=list)
    known_us: int = 0


class Spelling:
    """Knows the words that are common in `usual`."""

    def __init__(self, rules: OutageRules, usual: Usual, state: SpellingState | None = None) -> None:
        self.state = state or SpellingState()
        self._rules, self._usual = rules, usual
        self._every_us = int(rules.spelling_hours * HOUR_US)
        self._ranks: dict[str, int] = {}
        self._shortened: dict[str, list[str]] = {}  # what is left of a word without one letter -> the words
        self._know()

    def refresh(self, now_us: int) -> None:
        """Look the common words up again where that was long ago."""
        if now_us - self.state.known_us < self._every_us:
            return
        rules = self._rules
        found = self._usual.common(now_us, least_messages=rules.common_messages, least_share=rules.common_share)
        words = [term for term in found if _SHORTEST <= len(term) <= _LONGEST and not is_concept(term)]
        self.state = SpellingState(words=words[: rules.most_common], known_us=now_us)
        self._know()

    def read(self, report: Report, now_us: int) -> Report:
        """The report with the words and concepts that its slips stand for."""
        if not self._ranks:
            return report
        known = self._ranks
        meant = [word for term in report.features.terms if term not in known and (word := self._meant(term, now_us))]
        return replace(report, features=_with(report.features, meant)) if meant else report

    def _meant(self, term: str, now_us: int) -> str:
        """The commonest of the words that a rare one is a slip of; empty where it stands for itself."""
        rules, usual = self._rules, self._usual
        used = usual.used(term, now_us)
        if used > max(rules.rare_messages, rules.rare_share * usual.messages(now_us)):
            return ""
        if not _SHORTEST <= len(term) <= _LONGEST or is_concept(term):
            return ""
        near = {word for part in _parts(term) for word in self._shortened.get(part, ())}
        least = rules.slip_odds * max(1.0, used)
        likely = [word for word in near if usual.used(word, now_us) >= least and is_one_slip(term, word)]
        return min(likely, key=self._ranks.__getitem__, default="")

    def _know(self) -> None:
        self._ranks = {word: rank for rank, word in enumerate(self.state.words)}
        self._shortened = {}
        for word in self.state.words:
            for part in _parts(word):
                self._shortened.setdefault(part, []).append(word)


def is_one_slip(left: str, right: str) -> bool:
    """One letter is left out, put in or exchanged, or two neighbours are swapped."""
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1 or left == right:
        return False
    at = next((at for at, letter in enumerate(left) if letter != right[at]), len(left))
    if len(left) < len(right):
        return left[at:] == right[at + 1 :]
    return left[at + 1 :] == right[at + 1 :] or (
        left[at : at + 2] == right[at : at + 2][::-1] and left[at + 2 :] == right[at + 2 :]
    )


def _parts(word: str) -> set[str]:
    """The word, and what is left of it without one of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _with(features: Features, words: Iterable[str]) -> Features:
    terms = dict.fromkeys(features.terms)
    problem = features.problem
    for word in words:
        terms |= dict.fromkeys((word, *sorted(concepts_of(word))))
        problem = 1.0 if is_problem_anywhere(word) else problem
    return replace(features, terms=tuple(terms), problem=problem)
