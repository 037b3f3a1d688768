"""Concepts and problem wording looked up by word and stem, in three languages at once.

The tables are built when the first word is looked up: a command that looks up none does without the work.

A concept id makes reports of one matter meet across languages and synonyms. It is an extra feature beside the stems:
detection works without it, if later and on fewer reports, because no list knows every trade.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from channelhub.content.concepts.catalogue import CONCEPTS
from channelhub.content.everyday import PROBLEM_WORDS, WORKING_WORDS
from channelhub.content.stems import stem

_LANGUAGES: Final = ("ru", "uk", "en")
#: What marks a concept id apart from a stem; no stem starts with it.
CONCEPT_MARK: Final = "#"
#: Marks a word of the table that is meant in this form only.
EXACT_MARK: Final = "="
#: Joins words of the table that are said one after the other.
JOINT: Final = "_"
_SHORT_STEM: Final = 3  # letters; so short a Cyrillic stem is that of unrelated words, too
_TELLING_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class _Table:
    """The concepts of one language. A short stem is told apart by how the word begins: stem -> (beginning, concept)."""

    exact: dict[str, str] = field(default_factory=dict)
    by_stem: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    phrases: dict[str, dict[str, str]] = field(default_factory=dict)  # first word's stem -> second word -> concept

    def add(self, word: str, language: str, name: str) -> None:
        if word.startswith(EXACT_MARK):
            self.exact.setdefault(word.removeprefix(EXACT_MARK), name)
            return
        first, _, second = word.partition(JOINT)
        root = stem(first, language)
        if second:
            self.phrases.setdefault(root, {}).setdefault(second, name)
        elif (pair := (_beginning(first, root), name)) not in (known := self.by_stem.setdefault(root, [])):
            known.append(pair)


def _beginning(word: str, root: str) -> str:
    """What another form of the word must begin with; nothing where the stem tells it apart."""
    if word.isascii() or len(root) > _SHORT_STEM:
        return ""
    return word[: max(_SHORT_STEM, min(len(word) - 1, _TELLING_LETTERS))]


@cache
def _tables() -> dict[str, _Table]:
    tables = {language: _Table() for language in _LANGUAGES}
    for name, *lists in CONCEPTS:
        for language, words in zip(_LANGUAGES, lists, strict=True):
            for word in words.split():
                tables[language].add(word, language, CONCEPT_MARK + name)
    for table in tables.values():
        for beginnings in table.by_stem.values():
            beginnings.sort(key=lambda pair: -len(pair[0]))
    return tables


def _stems(lists: tuple[str, str, str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each language: stem -> how a word with it must begin."""
    found: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in _LANGUAGES}
    for language, words in zip(_LANGUAGES, lists, strict=True):
        for word in words.split():
            root = stem(word, language)
            found[language][root] = (*found[language].get(root, ()), _beginning(word, root))
    return found


@cache
def _problem() -> dict[str, dict[str, tuple[str, ...]]]:
    return _stems(PROBLEM_WORDS)


@cache
def _working() -> dict[str, dict[str, tuple[str, ...]]]:
    return _stems(WORKING_WORDS)


_NAMES: Final = frozenset(CONCEPT_MARK + name for name, *_ in CONCEPTS)
#: Of a word that opens no phrase.
NO_PHRASES: Final[Mapping[str, str]] = {}


def prepare() -> None:
    """Build the tables now, so that no message waits for them."""
    for build in (_tables, _problem, _working):
        build()


def concept(word: str, stem_: str, language: str) -> str:
    """The marked concept id of a lower-case word with its stem (`#login`), or an empty string."""
    table = _tables()[language]
    if word in table.exact:
        return table.exact[word]
    plain = word.replace("ё", "е")
    return next((name for begin, name in table.by_stem.get(stem_, ()) if plain.startswith(begin)), "")


def phrases_from(stem_: str, language: str) -> Mapping[str, str]:
    """The marked concept ids of what a word with this stem and the next word mean together, by the next word."""
    return _tables()[language].phrases.get(stem_, NO_PHRASES)


def without_mark(term: str) -> str:
    """A concept's name; any other term as it is, a customer's own # included."""
    return term.removeprefix(CONCEPT_MARK) if term in _NAMES else term


def concepts_of(stem_: str) -> frozenset[str]:
    """The concept ids that a stem may stand for in any of the languages."""
    return frozenset(name for table in _tables().values() for _, name in table.by_stem.get(stem_, ()))


def is_problem(stem_: str, language: str, word: str = "") -> bool:
    """The word alone reports something broken. Without the word itself, some word with its stem does."""
    return _is_listed(_problem(), stem_, language, word)


def is_problem_anywhere(stem_: str) -> bool:
    """The stem reports something broken in at least one of the languages."""
    return any(stem_ in stems for stems in _problem().values())


def is_working(stem_: str, language: str, word: str = "") -> bool:
    """A verb of working or being able: negated, it reports something broken."""
    return _is_listed(_working(), stem_, language, word)


def _is_listed(words: dict[str, dict[str, tuple[str, ...]]], stem_: str, language: str, word: str) -> bool:
    beginnings = words[language].get(stem_)
    return beginnings is not None and (not word or word.replace("ё", "е").startswith(beginnings))
