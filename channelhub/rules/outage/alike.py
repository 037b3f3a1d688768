"""Reports in nearly the same words: letters from one template, whatever name or date is filled in, are one voice.

An identical text is known before it is counted (see `votes.TemplateMemory`). One with other fillings is only seen
beside its like, so this is looked at where a burst would be enough for an alarm. Short texts agree by chance and are
let be.
"""

from collections.abc import Sequence
from functools import lru_cache

from channelhub.content.features import is_concept
from channelhub.rules.outage.votes import Vote

_LEAST_STEMS = 6
_SAME_SHARE = 0.6  # of the stems of both, in both
_COMPARED = 64  # newest votes; what is true of them is taken to be true of the others


def unlike(votes: Sequence[Vote]) -> list[Vote]:
    """Of the newest votes, those that say something of their own: of nearly equal long texts only the first."""
    kept: list[Vote] = []
    texts: list[tuple[int, int]] = []  # the stems of those kept, a bit each, and how many they are
    bits: dict[str, int] = {}
    for vote in votes[:_COMPARED]:
        stems = _stems(vote.terms)
        if len(stems) >= _LEAST_STEMS:
            text = sum([bits.setdefault(stem, 1 << len(bits)) for stem in stems])
            if _is_any_same(text, len(stems), texts):
                continue
            texts.append((text, len(stems)))
        kept.append(vote)
    return kept


@lru_cache(maxsize=4096)  # while a burst goes on, the same votes are looked at with each new one
def _stems(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(term for term in terms if not is_concept(term))


def compared(votes: Sequence[Vote]) -> int:
    """How many of the votes `unlike` looks at."""
    return min(len(votes), _COMPARED)


def _is_any_same(text: int, size: int, others: Sequence[tuple[int, int]]) -> bool:
    """Whether another text has nearly the same stems. Each is compared with each, so this is where the time goes."""
    for other, other_size in others:
        both = (text & other).bit_count()
        if both >= _SAME_SHARE * (size + other_size - both):
            return True
    return False
