"""All languages, and their words as expressions. A new language is a `Wording` and its name in `LANGUAGES`."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from channelhub.content.wording.english import ENGLISH
from channelhub.content.wording.french import FRENCH
from channelhub.content.wording.german import GERMAN
from channelhub.content.wording.model import Wording, Words
from channelhub.content.wording.others import OTHERS
from channelhub.content.wording.polish import POLISH
from channelhub.content.wording.russian import RUSSIAN
from channelhub.content.wording.ukrainian import UKRAINIAN

LANGUAGES: Final = (ENGLISH, RUSSIAN, UKRAINIAN, GERMAN, POLISH, FRENCH, *OTHERS)

_CJK: Final = "\u2e80"


def words(of: Callable[[Wording], Iterable[str]]) -> Words:
    """The words of all languages, each once."""
    return tuple(dict.fromkeys(word for language in LANGUAGES for word in of(language)))


def whole(found: Iterable[str]) -> str:
    """An expression for one of the words, not the beginning of a longer one; Chinese and its kin don't part words."""
    spaced = [word for word in found if word[-1] < _CJK]
    unspaced = [word for word in found if word[-1] >= _CJK]
    return f"(?:{any_of(spaced)})(?!\\w)" + (f"|{any_of(unspaced)}" if unspaced else "")


def any_of(found: Iterable[str]) -> str:
    """An expression for one of the words, the longest that fits; nothing in it repeats."""
    return "|".join(re.escape(word) for word in sorted(set(found), key=lambda word: (-len(word), word)))
