"""What the topics report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.content.features import Features, is_concept
from channelhub.content.lexicon import concepts_of, is_problem, is_working

WEEK_US: Final = 7 * 24 * 3600 * 1_000_000
MOST_KEYS: Final = 10  # of one message
_LANGUAGES: Final = ("ru", "uk", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One customer's message. `keys` are empty where it complains of nothing: then it only counts as traffic."""

    message_id: int
    at_us: int
    customer: int
    language: str
    channel: str
    keys: tuple[str, ...]
    origin: str = ""  # empty for a verified sender
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A message of a topic. `fit` is how much of the topic's words it has; greater is more typical."""

    message_id: int
    customer: int
    week: int  # 0 is the newest
    language: str
    channel: str
    fit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Complaints of one matter. `keys` weigh how telling each is, the most telling first."""

    keys: Mapping[str, float]
    members: Sequence[Member]

    def customers(self, week: int) -> int:
        return len({one.customer for one in self.members if one.week == week})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """`wrote` and `complained` count distinct customers of each week, the newest first."""

    wrote: Sequence[int]
    complained: Sequence[int]
    topics: Sequence[Topic]


def keys_of(features: Features) -> tuple[str, ...]:
    """What a complaint is about: concepts, and the stems that are no concept's. Words that only say that something
    is broken are left out, as is everything where nothing is said to be."""
    if not features.problem:
        return ()
    concepts = [term for term in features.terms if is_concept(term)]
    meant = frozenset(concepts)
    stems = [
        term
        for term in features.terms
        if not is_concept(term) and not (concepts_of(term) & meant) and not _is_everyday(term)
    ]
    return tuple((concepts + stems)[: 2 * MOST_KEYS])


def _is_everyday(stem: str) -> bool:
    return any(is_problem(stem, language) or is_working(stem, language) for language in _LANGUAGES)
