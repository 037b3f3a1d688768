"""Concepts and problem wording looked up by stem, in three languages at once.

A concept id makes reports of one matter meet across languages and synonyms. It is an extra feature beside the stems:
detection works without it, if later and on fewer reports, because no list knows every trade.
"""

from typing import Final

from channelhub.content.concepts import CONCEPTS, PROBLEM_WORDS, WORKING_WORDS
from channelhub.content.stems import stem

_LANGUAGES: Final = ("ru", "uk", "en")
#: What marks a concept id apart from a stem; no stem starts with it.
CONCEPT_MARK: Final = "#"


def _concepts() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {language: {} for language in _LANGUAGES}
    for name, *lists in CONCEPTS:
        for language, words in zip(_LANGUAGES, lists, strict=True):
            for word in words.split():
                table[language].setdefault(stem(word, language), CONCEPT_MARK + name)
    return table


def _stems(lists: tuple[str, str, str]) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(stem(word, language) for word in words.split())
        for language, words in zip(_LANGUAGES, lists, strict=True)
    }


_CONCEPTS: Final = _concepts()
_NAMES: Final = frozenset(name for names in _CONCEPTS.values() for name in names.values())
_PROBLEM: Final = _stems(PROBLEM_WORDS)
_WORKING: Final = _stems(WORKING_WORDS)


def concept(stem_: str, language: str) -> str:
    """The marked concept id of a stem (`#login`), or an empty string."""
    return _CONCEPTS[language].get(stem_, "")


def without_mark(term: str) -> str:
    """A concept's name; any other term as it is, a customer's own # included."""
    return term.removeprefix(CONCEPT_MARK) if term in _NAMES else term


def concepts_of(stem_: str) -> frozenset[str]:
    """The concept ids that a stem may stand for in any of the languages."""
    return frozenset(table[stem_] for table in _CONCEPTS.values() if stem_ in table)


def is_problem(stem_: str, language: str) -> bool:
    """The word alone reports something broken."""
    return stem_ in _PROBLEM[language]


def is_problem_anywhere(stem_: str) -> bool:
    """The stem reports something broken in at least one of the languages."""
    return any(stem_ in stems for stems in _PROBLEM.values())


def is_working(stem_: str, language: str) -> bool:
    """A verb of working or being able: negated, it reports something broken."""
    return stem_ in _WORKING[language]
