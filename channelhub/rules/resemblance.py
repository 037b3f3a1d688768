"""Whether two names may be one person's: in any script and spelling, with slips, short forms and patronymics."""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from channelhub.content.diminutives import FULL_NAMES
from channelhub.content.names import NAMESAKES, fold, skeleton

_MOST_PARTS: Final = 6
_MOST_LETTERS: Final = 40
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOST_SLIPS: Final = 2
_LONG: Final = 5  # letters from which a slip is forgiven
_LONGER: Final = 8  # letters from which two are


class Likeness(IntEnum):
    """How much two names are alike; the greater the more."""

    DIFFERENT = 0
    UNKNOWN = 1  # one of them says nothing
    PARTIAL = 2  # one is only a given name, or an initial, of the other
    SIMILAR = 3  # given and family name, but for a slip of the keyboard
    SAME = 4  # given and family name


def resemblance(left: str, right: str) -> Likeness:
    """How much two names of people are alike, in whichever order their parts stand."""
    ours, theirs = _parts(left), _parts(right)
    if not ours or not theirs:
        return Likeness.UNKNOWN
    if min(len(ours), len(theirs)) == 1:
        return _with_one_part(*sorted((ours, theirs), key=len))
    ours, theirs = _without_patronymic(ours), _without_patronymic(theirs)
    ours, theirs = sorted((ours, theirs), key=len)
    slips = is_short = 0
    left_over = list(theirs)
    for part in ours:
        found = min(((_distance(part, other), other) for other in left_over), key=lambda one: one[0])
        if found[0] > _MOST_SLIPS:
            return Likeness.DIFFERENT
        left_over.remove(found[1])
        slips += found[0]
        is_short |= len(part) == 1 or len(found[1]) == 1
    if is_short:
        return Likeness.PARTIAL
    return Likeness.SIMILAR if slips else Likeness.SAME


@lru_cache(maxsize=4096)
def are_relatives(left: str, right: str) -> bool:
    """Whether two whole names have one family name, and given names, one of them well known, that are no slips of each
    other."""
    ours, theirs = (_without_patronymic(_parts(name)) for name in (left, right))
    if len(ours) != 2 or len(theirs) != 2:
        return False
    for place, other in ((0, 0), (0, 1), (1, 0), (1, 1)):
        given, another = ours[1 - place], theirs[1 - other]
        if (
            ours[place] == theirs[other]
            and min(len(given), len(another)) > 2
            and (_is_given(given) or _is_given(another))
        ):
            return _distance(given, another) > _MOST_SLIPS
    return False


def best(left: Iterable[str], right: Iterable[str]) -> Likeness:
    """The most alike of two people's names; unknown where none of them can be compared."""
    theirs = list(right)
    compared = {resemblance(one, other) for one in left for other in theirs} - {Likeness.UNKNOWN}
    return max(compared, default=Likeness.UNKNOWN)


def sounds(name: str) -> tuple[str, ...]:
    """The given and family name by their sounds, sorted: what is looked for to find a namesake. Empty for less."""
    parts = _without_patronymic(_parts(name))
    return tuple(sorted(parts)) if len(parts) > 1 and all(len(one) > 1 for one in parts) else ()


def _parts(name: str) -> list[str]:
    """Its words by their sounds; a patronymic keeps its letters until it is known to be one."""
    words = _WORD.findall(fold(name))[:_MOST_PARTS]
    return [skeleton(word[:_MOST_LETTERS]) or word[:1] for word in words]


def _without_patronymic(parts: list[str]) -> list[str]:
    if len(parts) < 3:
        return parts
    kept = [one for one in parts if not _PATRONYMICS.fullmatch(one)]
    return kept if len(kept) > 1 else parts


def _endings() -> re.Pattern[str]:
    written = ("ович", "евич", "йович", "івна", "ївна", "овна", "евна", "ична", "ovych", "evich", "yovych", "ivna")
    return re.compile(r".{2,}(?:" + "|".join(sorted({skeleton(fold(one)) for one in written})) + ")")


_PATRONYMICS: Final = _endings()


def _with_one_part(short: list[str], long: list[str]) -> Likeness:
    """A word alone may be a given name or a nick: only given names can contradict each other."""
    (only,) = short
    if any(_distance(only, other) == 0 for other in long):
        return Likeness.PARTIAL
    is_other = _is_given(only) and any(map(_is_given, long))
    return Likeness.DIFFERENT if is_other else Likeness.UNKNOWN


def _is_given(sound: str) -> bool:
    return sound in NAMESAKES or sound in FULL_NAMES


def _distance(one: str, other: str) -> int:
    """Slips between two words; 0 for the same name, its other spellings and short forms; more than allowed: 3."""
    if one == other or other in _spellings(one) or one in _spellings(other) or _spellings(one) & _short(other):
        return 0
    if 1 in (len(one), len(other)):
        return 0 if one[0] == other[0] else 3
    if _is_given(one) and _is_given(other):
        return 3  # two right names are no slip of each other: Олена and Олеся, Ivan and Ihor
    pairs = [(one, right) for right in {other, *_spellings(other)}] + [(left, other) for left in _spellings(one)]
    return min(_slips(left, right) for left, right in pairs)


def _slips(one: str, other: str) -> int:
    shorter, longer = sorted((len(one), len(other)))
    most = 2 if shorter >= _LONGER else 1 if longer >= _LONG else 0
    found = OSA.distance(one, other, score_cutoff=most)
    return found if found <= most else 3


def _spellings(sound: str) -> frozenset[str]:
    return NAMESAKES.get(sound, frozenset()) | FULL_NAMES.get(sound, frozenset())


def _short(sound: str) -> frozenset[str]:
    """What both may be short for: Шура and Саша are."""
    return FULL_NAMES.get(sound, frozenset())
