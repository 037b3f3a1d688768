"""A review as every store has it, and what it is kept by."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

STAR, NO_STAR, MOST_STARS = "★", "☆", 5


class What(StrEnum):
    """What of a review a delivery is about."""

    REVIEW = "review"
    REPLY = "reply"  # what the app's people answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The one answer that a review has; another one takes its place."""

    text: str
    at: datetime | None = None
    is_published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review as it reads now. `changed_at` is the store's time of these words, where it tells one."""

    id: str
    rating: int = 0
    name: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    at: datetime | None = None
    changed_at: datetime | None = None
    facts: dict[str, str] = field(default_factory=dict)
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """Something in a list of reviews that is none that we know."""

    shape: str


#: One entry of a store's list, read. Raises Unparseable. Pure.
Reader = Callable[[bytes], Review | Strange]


class Store(Protocol):
    """A store's API for one app."""

    name: str  # as people call it

    def pages(self, *, now: datetime) -> AsyncIterator[Sequence[bytes]]:
        """The app's reviews, each with its reply, as far back as customers' edits are looked for. Raises AuthFailed and
        Unavailable."""

    async def reply(self, review_id: str, text: str) -> str:
        """Answer, in place of an earlier answer; the store's id of it. Raises AuthFailed, Rejected and Unavailable."""

    async def probe(self) -> str:
        """Ask for something small; what the store calls the app. Raises AuthFailed and Unavailable."""


def stars(rating: int) -> str:
    """A rating in signs; empty for what is none."""
    return STAR * rating + NO_STAR * (MOST_STARS - rating) if 1 <= rating <= MOST_STARS else ""


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in white space only, which stores trim."""
    return one.split() == other.split()


def digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]
