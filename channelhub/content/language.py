"""Which of Russian, Ukrainian and English a text is in, by its letters and its commonest words.

Short support messages defeat statistical detectors, while a handful of letters decides most of them: і, ї, є and ґ are
written in Ukrainian only, ы, э, ъ and ё in Russian only (the two alphabets as their orthographies list them).
"""

import re
from typing import Final

_UKRAINIAN_LETTERS: Final = frozenset("іїєґ")
_RUSSIAN_LETTERS: Final = frozenset("ыэъё")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+")
_LATIN: Final = re.compile(r"[a-zA-Z\u00c0-\u024f]+")
#: Cyrillic words of one language that are spelt with shared letters only.
_RUSSIAN: Final = (
    "и что как не нет меня мне уже еще или если только почему когда после могу надо нужно где есть был была было "
    "были для при это этот сегодня сейчас вчера здравствуйте спасибо пожалуйста"
)
_RUSSIAN_WORDS: Final = frozenset(_RUSSIAN.split())
_UKRAINIAN: Final = (
    "та що як не немає мене уже вже ще або якщо лише чому коли можу треба потрібно де був була було були для при це "
    "цей сьогодні зараз вчора учора добрий доброго вітаю дякую прошу будь ласка знову досі"
)
_UKRAINIAN_WORDS: Final = frozenset(_UKRAINIAN.split())
_KNOWN: Final = frozenset({"ru", "uk", "en"})
_SCANNED_CHARS: Final = 2000


def guess(text: str, stated: str = "") -> str:
    """`ru`, `uk`, `en`, or the stated tag, or an empty string where nothing decides.

    `stated` is what the channel says (`uk-UA`, `en_US`, `ua`). It decides between the languages of one script where
    the letters do not; it never turns Cyrillic text into English or Latin text into Russian. Only the first 2000
    characters are read.
    """
    sample = text[:_SCANNED_CHARS].lower()
    tag = language_tag(stated)
    cyrillic, latin = (sum(map(len, letters.findall(sample))) for letters in (_CYRILLIC, _LATIN))
    if not cyrillic and not latin:
        return tag
    if cyrillic * 2 < latin:
        return tag if tag and tag not in ("ru", "uk") else "en"
    return _cyrillic(sample, tag)


def of_word(word: str, language: str) -> str:
    """The language to read one lower-case word in, inside a text in `language`: letters of the word decide first."""
    if word.isascii():
        return "en"
    letters = set(word)
    if letters & _UKRAINIAN_LETTERS:
        return "uk"
    if letters & _RUSSIAN_LETTERS:
        return "ru"
    return "uk" if language == "uk" else "ru"


def other_reading(word: str, spoken: str) -> str:
    """The other language that a Cyrillic word without telling letters could be in; empty where there is none."""
    if spoken not in ("ru", "uk") or not _UKRAINIAN_LETTERS.isdisjoint(word) or not _RUSSIAN_LETTERS.isdisjoint(word):
        return ""
    return "ru" if spoken == "uk" else "uk"


def _cyrillic(sample: str, tag: str) -> str:
    ukrainian = sum(sample.count(letter) for letter in _UKRAINIAN_LETTERS)
    russian = sum(sample.count(letter) for letter in _RUSSIAN_LETTERS)
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    words = _WORD.findall(sample)
    ukrainian = sum(word in _UKRAINIAN_WORDS for word in words)
    russian = sum(word in _RUSSIAN_WORDS for word in words)
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    return tag if tag in ("ru", "uk") else "ru"


def language_tag(stated: str) -> str:
    """The language of what a channel states (`uk-UA`, `en_US`, `ua`), or an empty string where that is no tag."""
    tag = stated.strip().lower().replace("_", "-").partition("-")[0]
    if tag == "ua":  # the country's code, commonly sent instead of the language's
        return "uk"
    return tag if tag in _KNOWN or (tag.isalpha() and 2 <= len(tag) <= 3) else ""
