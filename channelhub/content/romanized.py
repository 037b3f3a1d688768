"""Russian and Ukrainian in Latin letters (`ne rabotaet oplata`): told from English, and read in Cyrillic.

People spell by ear and by several systems at once (ISO 9, BGN/PCGN, the passport's). So words are compared by what all
spellings have in common: soft signs and the kinds of i and e are dropped, г and х are one.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from channelhub.content.concepts.catalogue import CONCEPTS
from channelhub.content.everyday import (
    FUNCTION_WORDS,
    NEGATIONS,
    PLEASANTRIES,
    PROBLEM_WORDS,
    WORKING_WORDS,
)
from channelhub.content.lexicon import EXACT_MARK, JOINT
from channelhub.content.stems import stem

_LANGUAGES: Final = ("ru", "uk")
_LEAST_WORDS: Final = 2  # that only Russian or Ukrainian has
_LEAST_SHARE: Final = 0.4  # of the text's words
_LEAST_LETTERS: Final = 2
#: Latin spellings of Cyrillic letters, the longer first.
_SPELLINGS: Final = (
    "tsya=тся tsja=тся tsia=тся shch=щ sch=щ sh=ш ch=ч zh=ж kh=х ts=ц ya=я ja=я yu=ю ju=ю yo=ё jo=ё ye=е je=е "
    "a=а b=б c=ц d=д e=е f=ф g=г h=х i=и j=й k=к l=л m=м n=н o=о p=п q=к r=р s=с t=т u=у v=в w=в x=х y=ы z=з"
)
_LETTERS: Final = tuple((latin, letter) for latin, _, letter in (pair.partition("=") for pair in _SPELLINGS.split()))
_VOWELS: Final = frozenset("аеёиоуыэюя")
_ALIKE: Final = str.maketrans("ыіїйэєёґгюя", "ииииеееххуа", "ьъ'’ʼ-") | {ord("щ"): "сч", ord("ц"): "тс"}
_EVERYDAY: Final = FUNCTION_WORDS | NEGATIONS | PLEASANTRIES


def prepare() -> None:
    """Build the tables now, so that no message waits for them."""
    for language in _LANGUAGES:
        _forms(language)
    _english()


def language_of(words: Sequence[str], stated: str = "") -> str:
    """`ru` or `uk` where lower-case Latin words are one of them, else an empty string.

    Two fifths of them must be everyday words of these languages, at least two, and more than twice as many as English
    ones; what both have (`internet`) counts for neither. With `ru` or `uk` as the stated language one such word and
    no English one suffice.
    """
    spoken = english = ukrainian = russian = 0
    for word in words:
        reading, is_english = _known(word)
        spoken += bool(reading) and not is_english
        english += is_english and not reading
        ukrainian += reading == ("uk",)
        russian += reading == ("ru",)
    if stated in _LANGUAGES and spoken and not english:
        return stated
    if spoken < _LEAST_WORDS or spoken <= 2 * english or spoken < _LEAST_SHARE * len(words):
        return ""
    return "uk" if ukrainian > russian else "ru"


@lru_cache(maxsize=16384)
def in_cyrillic(word: str, language: str) -> str:
    """The word in Cyrillic: a known one in a form that dictionaries know, any other letter by letter.

    Words that only English has stay as they are.
    """
    if not word.isascii() or not word.isalpha():
        return word
    for spoken in (language, *_LANGUAGES):
        if found := _form(word, spoken):
            return found
    return word if _is_english(word) else _spelt(word)


@lru_cache(maxsize=65536)
def _known(word: str) -> tuple[tuple[str, ...], bool]:
    """Which of the two languages know the word, and whether English does."""
    if len(word) < _LEAST_LETTERS or not word.isascii() or not word.isalpha():
        return (), word in _EVERYDAY
    return tuple(language for language in _LANGUAGES if _form(word, language)), _is_english(word)


def _is_english(word: str) -> bool:
    return word in _EVERYDAY or stem(word, "en") in _english()


def _form(word: str, language: str) -> str:
    """A form of the everyday word, or of the word with the same stem, that this is a spelling of; else empty."""
    forms = _forms(language)
    for reading in map(_spelt, (word, word.replace("j", "zh")) if "j" in word else (word,)):
        found = forms.get(_skeleton(reading)) or forms.get(_skeleton(stem(reading, language)))
        if found:
            return found
    return ""


def _spelt(word: str) -> str:
    """Letter by letter, by the commonest spelling of each."""
    found, at = "", 0
    while at < len(word):
        latin, letter = next((pair for pair in _LETTERS if word.startswith(pair[0], at)), (word[at], word[at]))
        found += "й" if latin == "y" and found[-1:] in _VOWELS else letter
        at += len(latin)
    return found


def _skeleton(word: str) -> str:
    return word.translate(_ALIKE)


def _listed(language: str) -> Iterator[str]:
    column = ("ru", "uk", "en").index(language)
    lists = (PROBLEM_WORDS[column], WORKING_WORDS[column], *(line[1 + column] for line in CONCEPTS))
    return (word.removeprefix(EXACT_MARK) for words in lists for word in words.split() if JOINT not in word)


@cache
def _forms(language: str) -> dict[str, str]:
    """Skeletons of words and of their stems -> the word."""
    found = {_skeleton(word): word for word in sorted(_EVERYDAY) if not word.isascii() and len(word) >= _LEAST_LETTERS}
    for word in _listed(language):
        if not word.isascii():
            found.setdefault(_skeleton(word), word)
            found.setdefault(_skeleton(stem(word, language)), word)
    return found


@cache
def _english() -> frozenset[str]:
    return frozenset(stem(word, "en") for word in _listed("en"))
