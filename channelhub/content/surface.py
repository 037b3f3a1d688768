"""Which words people wrote for a stem or a concept: what is shown instead of it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from channelhub.content.features import features

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_WORDS: Final = 120  # of one text
_LONGEST: Final = 3  # words that a term may be made of


def words_of(terms: Iterable[str], texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each term the commonest word, or the words in a row, that stand for it in `texts` (text, language).

    Of equally common ones the shorter. Terms that no text has are left out.
    """
    wanted = frozenset(terms)
    counts: dict[str, Counter[str]] = {}
    for text, language in texts:
        for term, said in _said(wanted, text, language):
            counts.setdefault(term, Counter())[said] += 1
    return {
        term: min(found, key=lambda said: (-found[said], len(said), said)) for term, found in sorted(counts.items())
    }


def _said(wanted: frozenset[str], text: str, language: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    left = wanted.intersection(features(subject="", text=text, language=language).terms)
    tokens = [token.lower() for token in _WORD.findall(text)[:_WORDS]] if left else []
    for length in range(1, _LONGEST + 1):
        for place in range(len(tokens) - length + 1):
            said = " ".join(tokens[place : place + length])
            found |= {(term, said) for term in _terms(said, language) if term in left}
        left -= {term for term, _ in found}
        if not left:
            break
    return found


@lru_cache(maxsize=16384)
def _terms(words: str, language: str) -> tuple[str, ...]:
    return features(subject="", text=words, language=language).terms
