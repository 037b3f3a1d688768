"""Stems of Russian, English and Ukrainian words.

Russian and English are Snowball's (snowballstem.org). Snowball has no Ukrainian stemmer, so its endings are stripped
here. What Russian and Ukrainian words alternate before their endings is levelled. Stems only have to be the same for
the forms of one word; they are not meant to be read.
"""

from functools import lru_cache
from typing import Final

import Stemmer

_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ`")
_VOWELS: Final = frozenset("аеиоуыэюяіїє")
_FLEETING: Final = frozenset("оеє")
_MIN_STEM: Final = 3
_MOST_PASSES: Final = 3
_NO_CACHE: Final = 0  # of a Snowball object: `stem` has one for all
#: Short nouns end like these verbs do (оплати, школи): a verb keeps a letter more.
_VERBAL: Final = ("ти", "ли", "ла", "ло")
#: Endings of nouns, adjectives and verbs, longest first, as the grammar's declension and conjugation tables give them.
_ENDING_LIST: Final = (
    "уватимуть ватимуть атимуть итимуть уватиму уватися увались увалася увалося ювалися "
    "увати ювати увало ювало ували ювали увала ювала ував ював ується юється уються юються ується уєте юєте "
    "уємо юємо ують юють уємо ує ює ую юю уй юй "
    "остями остях остей ості істю ість "
    "еннями еннях енням ення ень аннями аннях анням ання ань іннями інням іння "
    "ом ем єм ого ому ими их ій ої ою ею єю ім им ая яя ее еє ий "
    "ями ами ям ам ях ах ові еві єві ів їв ей "
    "али ила ило или ала ало яла яло яли іла іло іли іти ати яти ити нути нув нула нуло нули "
    "ає яє ають яють аю яю аємо яємо аєте яєте аєш яєш иш еш єш ить ять ать ить уть ють емо имо ете ите "
    "ав яв ив ів "
    "ані ана ано аний ена ено ені ений "
    "а я у ю е є и і ї о й ь"
)
_ENDINGS: Final = tuple(sorted(set(_ENDING_LIST.split()), key=lambda ending: (-len(ending), ending)))


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The stem of one lower-case word; `language` is `ru`, `uk` or `en`, any other gives the word unchanged."""
    if language == "uk":
        return _level(_ukrainian(word))
    if language == "ru":
        return _level(_russian(word.replace("ё", "е")))
    if language == "en":
        # A Snowball object keeps its cursor in itself: a new one for each miss is what makes this safe on threads.
        return str(Stemmer.Stemmer("english", _NO_CACHE).stemWord(word))
    return word


def _russian(word: str) -> str:
    """Snowball's stem of its stem: it takes the end of some nouns for a verb's, but only where no case follows it, so
    that `лимит` and `лимита` part."""
    stemmer = Stemmer.Stemmer("russian", _NO_CACHE)
    for _ in range(_MOST_PASSES):
        shorter = str(stemmer.stemWord(word))
        if shorter == word or len(shorter) < _MIN_STEM:
            break
        word = shorter
    return word


def _level(stem_: str) -> str:
    """One spelling for what comes and goes at the end of a stem: the vowel of `кошелёк, кошелька`, and the л of a past
    (`погас, погасла`; `ушёл, ушла`)."""
    if len(stem_) <= _MIN_STEM:
        return stem_
    if stem_.endswith(("шел", "йшов")):
        return stem_[:-2]
    third, second, last = stem_[-3], stem_[-2], stem_[-1]
    if last in "кц" and second in _FLEETING and third not in _VOWELS:
        return stem_[:-2] + last
    if last == "л" and second not in _VOWELS and second != "ь":
        return stem_[:-1]
    return stem_


def _ukrainian(word: str) -> str:
    word = word.translate(_APOSTROPHES)
    if len(word) > _MIN_STEM + 2 and word.endswith(("ся", "сь")):
        word = word[:-2]
    for ending in _ENDINGS:
        if word.endswith(ending):
            kept = word[: -len(ending)]
            if len(kept) >= _MIN_STEM + ending.endswith(_VERBAL) and not _VOWELS.isdisjoint(kept):
                return _plain(kept)
    return _plain(word)


def _plain(stem_: str) -> str:
    """One spelling for what alternates inside a paradigm: a doubled last consonant, a soft sign, -ува- of a verb."""
    if stem_.endswith("ь"):
        stem_ = stem_[:-1]
    if len(stem_) > _MIN_STEM and stem_[-1] == stem_[-2]:
        stem_ = stem_[:-1]
    return stem_
