"""What the words of a text are found by: each folded, and its stems in the languages whose letters it has.

`замовленням`, `замовлення` and `замовлень` have a stem in common. A word of letters that Ukrainian and Russian share is
read as both: what a short text is in is a guess, and a question is shorter still.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from channelhub.content.language import of_word, other_reading
from channelhub.content.stems import stem

#: Of what `terms` gives: when it or the stems change, the index is made anew at the next start.
EDITION: Final = 1
MOST_CHARS: Final = 200_000  # of a text are looked at
_MOST_LETTERS: Final = 64  # of a word; what is longer is found by its beginning
_MOST_STEMMED: Final = 32  # letters of a word that has forms
_LEAST_STEMMED: Final = 3
#: What may stand inside a word: apostrophes, accents written apart, soft hyphens, joiners.
_INSIDE: Final = "'’ʼ`´\u0300-\u036f\u00ad\u200b-\u200d\u2060"
WORD: Final = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+")
_LEVELLED: Final = str.maketrans("ёґ", "ег", "'’ʼ`´\u00ad\u200b\u200c\u200d\u2060")


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of a text: where each begins and ends, and how it is written."""
    return ((found.start(), found.end(), found.group()) for found in WORD.finditer(text))


def terms(text: str) -> list[str]:
    """What all words of a text are found by, each once. Letters and digits only."""
    found: dict[str, None] = {}
    for word in dict.fromkeys(WORD.findall(text[:MOST_CHARS])):
        found.update(dict.fromkeys(of(word)))
    return list(found)


@lru_cache(maxsize=65536)
def of(word: str) -> tuple[str, ...]:
    """What one word is found by: itself, folded, then its stems. Empty where nothing of it can be asked for."""
    folded = fold(word)
    return tuple(dict.fromkeys((folded, *_stems(folded)))) if folded else ()


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and what isn't seen; ё is е, ґ is г."""
    lower = word.lower()
    if lower.isascii():
        return lower.replace("'", "").replace("`", "")[:_MOST_LETTERS]
    composed = unicodedata.normalize("NFC", lower).translate(_LEVELLED)
    return "".join(letter if _CYRILLIC.match(letter) else _plain(letter) for letter in composed)[:_MOST_LETTERS]


def _plain(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", letter).lower() if one.isalnum())


def _stems(folded: str) -> Iterable[str]:
    if not _LEAST_STEMMED <= len(folded) <= _MOST_STEMMED:
        return ()
    if folded.isascii():
        return (stem(folded, "en"),) if folded.isalpha() else ()
    if not _CYRILLIC.fullmatch(folded):
        return ()
    spoken = of_word(folded, "ru")
    other = other_reading(folded, spoken)
    return (stem(folded, spoken), stem(folded, other)) if other else (stem(folded, spoken),)
