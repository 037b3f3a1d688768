"""What one word of a message means: its stem, its concepts, and whether it speaks of something broken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from channelhub.content.everyday import FUNCTION_WORDS, PLEASANTRIES
from channelhub.content.language import of_word, other_reading
from channelhub.content.lexicon import concept, is_problem, is_working, phrases_from
from channelhub.content.lookalikes import in_one_script
from channelhub.content.stems import stem

#: Russian and Ukrainian write it apart from a verb; many people don't.
_GLUED_NOT: Final = "не"
_LEAST_LETTERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`is_working` words report something broken where they are negated; `phrases` are concepts by the next word."""

    stem: str
    concepts: tuple[str, ...]
    is_broken: bool
    is_working: bool
    phrases: Mapping[str, str]


@lru_cache(maxsize=65536)
def meaning(token: str, language: str) -> Meaning | None:
    """The meaning of a lower-case word in a text in `language`; None where it says nothing of the matter."""
    word = in_one_script(token)
    if word in FUNCTION_WORDS or word in PLEASANTRIES or _is_number(word):
        return None
    spoken = of_word(word, language)
    negated = _without_not(word, spoken)
    root = stem(negated or word, spoken)
    if len(root) < _LEAST_LETTERS:
        return None
    readings = list(_readings(negated or word, spoken))
    return Meaning(
        stem=root,
        concepts=_concepts(negated or word, readings),
        is_broken=bool(negated) or any(is_problem(*reading, negated or word) for reading in readings),
        is_working=any(is_working(*reading, negated or word) for reading in readings),
        phrases=phrases_from(root, spoken),
    )


def _readings(word: str, spoken: str) -> Iterator[tuple[str, str]]:
    """The word's stem and language, in its own language and then in the other one that it may be in."""
    for language in (spoken, other_reading(word, spoken)):
        if language:
            yield stem(word, language), language


def _concepts(word: str, readings: list[tuple[str, str]]) -> tuple[str, ...]:
    """The word's concept in the first language that knows it; of a compound that none knows, those of its parts."""
    for root, language in readings:
        if name := concept(word, root, language):
            return (name,)
    first, _, rest = word.partition("-")
    if not rest:
        return ()
    spoken = readings[0][1]
    parts = (_concepts(part, list(_readings(part, of_word(part, spoken)))) for part in (first, rest) if part)
    return tuple(dict.fromkeys(name for names in parts for name in names))


def _without_not(word: str, spoken: str) -> str:
    """The verb of working that `не` is glued to (`неработает`); empty where it is another word."""
    verb = word.removeprefix(_GLUED_NOT)
    if verb == word or len(verb) < 2 * _LEAST_LETTERS:
        return ""
    return verb if any(is_working(*reading, verb) for reading in _readings(verb, spoken)) else ""


def _is_number(token: str) -> bool:
    """Order numbers, amounts, dates and codes: a token with a digit names one customer's case."""
    return any(character.isdigit() for character in token)
