"""What two identities have in common, and how likely it is that they are one person.

A clue is claimed: it never joins, it speaks for a suggestion. Clues of different kinds are taken as independent: each
leaves a part of the doubt. A name alone suggests nobody; it weighs beside another clue. What many gave says nothing.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from channelhub.content.names import NAMESAKES, fold, skeleton
from channelhub.domain.people import Clue
from channelhub.rules.identity import SHARED_NEIGHBOURS, digest_id
from channelhub.rules.resemblance import Likeness, sounds

TOO_MANY: Final = SHARED_NEIGHBOURS + 1  # identities that gave one thing: it is nobody's
TOO_MANY_NAMED: Final = 9  # addresses mentioned by one identity: it speaks for others
TOO_MANY_GIVEN: Final = 257  # things given by one identity
MOST_SHOWN: Final = 20  # suggestions of a card
LEAST_SCORE: Final = 0.4
CLAIMED: Final = "claimed"
PROVED: Final = "proved"
_GIVEN_WEIGHTS: Final = {CLAIMED: 0.5, PROVED: 0.6}
_DOUBT_BY_NAME: Final = 0.4  # what is left of a score where the names contradict each other


class ClueKind(StrEnum):
    """What a message gives away of its writer."""

    PHONE = "phone"  # mentioned in its words
    EMAIL = "email"  # mentioned in its words
    DEVICE = "device"  # the browser's token
    ORDER = "order"
    ADDRESS = "address"  # the part of a mail address before its @, by its sounds
    NAME = "name"  # of a known customer, for whoever else is called so; it suggests nobody


_WEIGHTS: Final = {
    ClueKind.PHONE: 0.45,
    ClueKind.EMAIL: 0.45,
    ClueKind.DEVICE: 0.45,
    ClueKind.ORDER: 0.5,
    ClueKind.ADDRESS: 0.25,
}
_NAME_WEIGHTS: Final = {Likeness.SAME: 0.4, Likeness.SIMILAR: 0.3, Likeness.PARTIAL: 0.15}
_ENGLISH: Final = {
    "phone": "one mentions a phone that the other has or mentions",
    "email": "one mentions a mail address that the other has or mentions",
    "device": "both wrote from one browser",
    "order": "both gave the number of one order",
    "address": "their mail addresses begin alike",
}
_ENGLISH_NAMES: Final = {
    "same": "the names are the same",
    "similar": "the names differ by a slip",
    "partial": "the names agree in part",
    "different": "but the names differ",
}
_PARTS: Final = re.compile(r"[a-z]+|\d+")
_LEAST_LETTERS: Final = 6
_OFFICE_LIST: Final = """
accounting admin administrator billing booking buhgalter contact contacts customer director feedback hello helpdesk
inform information mailbox manager marketing noreply office orders postmaster purchase reception sales secretary service
support webmaster zakaz zakupki
"""
_OFFICES: Final = frozenset(_OFFICE_LIST.split())


def _canonical() -> dict[str, str]:
    """One spelling for all of a given name: names that share a spelling are one here."""
    found: dict[str, str] = {}
    for sound, spellings in NAMESAKES.items():
        names = {found[one] for one in spellings if one in found} | {min(spellings), sound}
        least = min(names)
        found |= dict.fromkeys(spellings, least) | {one: least for one, known in found.items() if known in names}
    return found


_CANONICAL: Final = _canonical()


def address_key(email: str) -> int | None:
    """By which mail addresses meet that begin alike (`olena.shevchuk` and `Shevchuk_Olena`); None for what says
    nothing: short ones, an office's."""
    local = email.rpartition("@")[0].partition("+")[0]
    parts = sorted(skeleton(one) for one in _PARTS.findall(fold(local)))
    if sum(len(one) for one in parts if one.isalpha()) < _LEAST_LETTERS or _OFFICES & set(_PARTS.findall(local)):
        return None
    return digest_id("address", *parts)


@lru_cache(maxsize=4096)  # those who sign in are compared with on every card
def name_key(name: str) -> int | None:
    """By which given and family names meet in all their spellings; None for less than both."""
    parts = sounds(name)
    return digest_id("name", *sorted(_CANONICAL.get(one, one) for one in parts)) if parts else None


def order_key(number: str) -> int:
    """`number` as `content.mentions.order_number` spells it."""
    return digest_id("order", number)


def with_name(clues: Sequence[Clue], likeness: Likeness) -> tuple[Clue, ...]:
    """The clues, and what the names say."""
    if likeness is Likeness.UNKNOWN:
        return tuple(clues)
    return (*clues, Clue(kind="name", how=likeness.name.lower()))


def score(clues: Collection[Clue]) -> float:
    """From 0, nothing, to 1; each clue takes its part of the doubt that the others leave."""
    doubt, trust = 1.0, 1.0
    for one in clues:
        if one.kind == "name":
            likeness = Likeness[one.how.upper()]
            doubt *= 1 - _NAME_WEIGHTS.get(likeness, 0.0)
            trust = _DOUBT_BY_NAME if likeness is Likeness.DIFFERENT else 1.0
        else:
            doubt *= 1 - (_GIVEN_WEIGHTS.get(one.how) or _WEIGHTS[ClueKind(one.kind)])
    return round((1 - doubt) * trust, 3)


def is_suggestion(clues: Collection[Clue]) -> bool:
    """Whether a person should look at it: an address that was given as one's own, or enough other clues."""
    beside_names = [one for one in clues if one.kind != "name"]
    return any(one.how == CLAIMED for one in beside_names) or bool(beside_names and score(clues) >= LEAST_SCORE)


def in_english(clues: Sequence[Clue]) -> str:
    """The reasons in one line, for programs and logs."""
    return "; ".join(map(_said, clues))


def _said(one: Clue) -> str:
    if one.kind == "name":
        return _ENGLISH_NAMES[one.how]
    if one.how == CLAIMED:
        return f"the sender of one message gave {one.kind} without proof"
    if one.how == PROVED:
        return f"one {one.kind} is proved to be both's"
    return _ENGLISH[one.kind]
