"""People found by a part of a name, address or phone: what is kept of them, and what is asked of the trigram index.

Kept are words, each between two blanks: `  шевчук  sevCuk  `. A trigram index finds any part of three letters in them;
the blanks make a beginning of one or two letters, and a whole word, as findable. The expressions are FTS5's
(sqlite.org/fts5.html, 3.1 and 4.3.4), every text in them quoted: what people type never acts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from channelhub.content.names import NAMESAKES, fold, skeleton
from channelhub.domain.people import Identity

#: Of what `kept_words` and `rules.clues.address_key` make: when it changes, all of it is made anew at the next start.
EDITION: Final = 2
MOST_CANDIDATES: Final = 500  # that are compared with a mistyped word
_MOST_WORDS: Final = 40  # kept of one identity
_MOST_LETTERS: Final = 120  # of a word
_MOST_ASKED: Final = 8  # words of a question
_PART: Final = 3  # letters that a trigram index needs
_GAP: Final = "  "
_LEAST_MISTYPED: Final = 5  # letters of a word in which a slip is looked for
_LONG: Final = 8  # letters from which two slips are forgiven
_PHONE: Final = re.compile(r"[\d\s()+./-]+")
_NO_DIGIT: Final = re.compile(r"\D")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A word that was asked for."""

    text: str  # folded
    sounds: str

    @property
    def parts(self) -> list[str]:
        """What the word is found by: any one of these."""
        if len(self.text) < _PART:
            return [f"{_GAP if len(one) == 1 else ' '}{one}" for one in dict.fromkeys((self.text, self.sounds)) if one]
        whole = sorted(f" {one} " for one in NAMESAKES.get(self.sounds, frozenset()) - {self.sounds})
        return [one for one in dict.fromkeys((self.text, self.sounds)) if len(one) >= _PART] + whole

    @property
    def may_be_mistyped(self) -> bool:
        """Whether a slip is worth looking for: neither in short words nor in given names that are right."""
        return len(self.sounds) >= _LEAST_MISTYPED and self.sounds not in NAMESAKES

    def distance(self, kept: str) -> int | None:
        """How many slips lie between the word and the nearest kept one; None: too many."""
        if any(part in kept for part in self.parts):
            return 0
        if not self.may_be_mistyped:
            return None
        most = 1 if len(self.sounds) < _LONG else 2
        nearest = min((OSA.distance(self.sounds, word, score_cutoff=most) for word in kept.split()), default=most + 1)
        return nearest if nearest <= most else None


def kept_words(one: Identity) -> str:
    """What an identity is found by: its name and address as written and by their sounds, the digits of a phone."""
    address, name = fold(one.key.value), fold(one.name)
    words = [*name.split(), *address.split(), *fold(one.shown).split()]
    by_sound = [*name.split(), address.rpartition("@")[0] or address]
    found = [*words, *(skeleton(word) for word in by_sound)]
    if digits := _digits(name):
        found.append(digits)
    kept = [word[:_MOST_LETTERS] for word in dict.fromkeys(found) if word][:_MOST_WORDS]
    return _GAP + _GAP.join(kept) + _GAP if kept else ""


def expression(question: str) -> str:
    """What finds whoever has all the words of a question, in any case, script and order; empty where none was asked.

    A word of one or two letters is the beginning of one. Digits with blanks, brackets and hyphens are a part of a
    phone number.
    """
    if digits := _digits(question):
        return _any(_numbers(digits))
    return " AND ".join(f"({_any(word.parts)})" for word in _asked(question))


def mistyped(question: str) -> str:
    """What finds at least those with a slip in a word (a letter missing, wrong, too many, two changed over); empty
    where the question has no word that may have one. `nearest` chooses among what it finds."""
    asked = _asked(question)
    doubtful = sum(word.may_be_mistyped for word in asked)
    if not doubtful or _digits(question):
        return ""
    # Who has all words as they were typed was looked for before: the only one in doubt is nowhere beside the others.
    return " AND ".join(f"({' OR '.join(_roughly(word, also_right=doubtful > 1))})" for word in asked)


def nearest(question: str, candidates: Iterable[tuple[int, str]]) -> list[int]:
    """The identities whose kept words have every word of the question but for slips, the fewest slips first."""
    asked = _asked(question)
    found = []
    for identity_id, kept in candidates:
        slips = [word.distance(kept) for word in asked]
        counted = [one for one in slips if one is not None]
        if len(counted) == len(slips):
            found.append((sum(counted), identity_id))
    return [identity_id for _, identity_id in sorted(found, key=lambda one: one[0])]


def _asked(question: str) -> list[_Asked]:
    words = [word[:_MOST_LETTERS] for word in fold(question).split()[:_MOST_ASKED]]
    return [_Asked(text=word, sounds=skeleton(word)) for word in words]


def _digits(text: str) -> str:
    """The digits of what can only be a part of a phone number; else empty."""
    if not _PHONE.fullmatch(text):
        return ""
    digits = _NO_DIGIT.sub("", text)[:_MOST_LETTERS]
    return digits if len(digits) >= _PART else ""


def _numbers(digits: str) -> list[str]:
    """Digits as they stand in an international number: without 00 or a trunk 0 before them, with 7 for Russia's 8."""
    found = [digits]
    if digits.startswith("00"):
        found.append(digits[2:])
    elif digits.startswith("0"):
        found.append(digits[1:])
    elif digits.startswith("8"):
        found.append("7" + digits[1:])
    return [one for one in found if len(one) >= _PART]


def _roughly(word: _Asked, *, also_right: bool) -> list[str]:
    """What finds at least those with a slip in a word: one leaves two thirds of it whole, or changes over two letters
    where thirds meet. A word that can't have one, and on demand each, is found as it was typed, too."""
    right = [f"({_threes(part)})" for part in word.parts]
    if not word.may_be_mistyped:
        return right
    padded = _padded(word.sounds)
    first, second = len(padded) // 3, 2 * len(padded) // 3
    thirds = [_threes(one) for one in (padded[:first], padded[first:second], padded[second:])]
    pairs = [f"({one} AND {other})" for one, other in zip(thirds, [*thirds[1:], thirds[0]], strict=True)]
    changed = [padded[: at - 1] + padded[at] + padded[at - 1] + padded[at + 1 :] for at in (first, second)]
    return [*(right if also_right else []), *pairs, *(f"({_threes(one)})" for one in changed)]


def _padded(sounds: str) -> str:
    """A word with as few blanks around it as make three thirds that the index knows: fewer words have a beginning and
    an end of two letters each than of one."""
    word = " " + sounds + " "
    word = word if len(word) >= 3 * _PART else word + " "
    return word if len(word) >= 3 * _PART else " " + word


def _any(parts: Sequence[str]) -> str:
    return " OR ".join(_quoted(one) for one in parts)


def _threes(text: str) -> str:
    """What finds at least those with a text: threes that have all its letters. Whether they stand together, `nearest`
    looks: a phrase compares places, and reads more than it has to."""
    starts = [*range(0, len(text) - _PART, _PART), len(text) - _PART]
    return " AND ".join(_quoted(text[start : start + _PART]) for start in starts)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
