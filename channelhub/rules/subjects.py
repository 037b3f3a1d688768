"""What a mail's subject is about, without what mail programs put before it, and whether it changed."""

import hashlib
import re
from collections.abc import Collection

MOST_KEPT = 12
_PREFIX = re.compile(
    r"\s*(?:(?:re|aw|antw|fwd?|fw|wg|sv|vs|tr|rv|res|odp|pd|ynt|отв|ответ|на|пер|від|відп|fyi)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]|\[[^\[\]]{1,40}\])",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|res|odp|ynt|отв|ответ|на|від|відп)\s*(?:\[\d{1,3}\])?\s*[:：]", re.IGNORECASE
)
_LEAST_ALIKE = 4  # characters; shorter subjects stand inside others by chance


def bare(subject: str) -> str:
    """The subject without `Re:`, `Fwd:`, `[list]` and their kin, case-folded, its white space single."""
    text = subject[:500]
    while found := _PREFIX.match(text):
        text = text[found.end() :]
    return " ".join(text.casefold().split())


def is_answer(subject: str) -> bool:
    """Whether it begins as mail programs begin the subject of an answer."""
    return _ANSWERED.match(subject) is not None


def known_as(subject: str) -> str:
    """Eight characters by which a subject is known again; empty for an empty one."""
    text = bare(subject)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest() if text else ""


def is_changed(subject: str, *, first: str, seen: Collection[str]) -> bool:
    """Whether a mail of a thread speaks under a new subject.

    `first` is the thread's subject, `seen` the digests of all that were used in it, ours included. An empty subject
    changes nothing, nor does one that is a part of the first, or the other way round: subjects are cut and extended.
    """
    new, old = bare(subject), bare(first)
    if not new or not old or new == old or known_as(subject) in seen:
        return False
    shorter, longer = sorted((new, old), key=len)
    return not (shorter in longer and len(shorter) >= _LEAST_ALIKE)


def remembered(seen: tuple[str, ...], subject: str) -> tuple[str, ...]:
    """`seen` with one subject more; the newest `MOST_KEPT`."""
    found = known_as(subject)
    if not found or found in seen:
        return seen
    return (*seen, found)[-MOST_KEPT:]
