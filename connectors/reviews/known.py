"""What was seen of an app's reviews so far: kept as the cursor, so that what is new or reads otherwise is known."""

from dataclasses import dataclass
from typing import Final

import msgspec

MOST_KNOWN: Final = 20_000  # reviews and replies; at some 70 bytes each


class Known(msgspec.Struct, frozen=True):
    """By name of a review or reply what it said last, as `Words`; since when reviews are ours to take (Unix ms)."""

    words: dict[str, str]
    begun_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one says, by a digest; how often that changed; whether the store still holds an answer of ours back."""

    version: str
    changes: int = 0
    is_pending: bool = False

    def __str__(self) -> str:
        return f"{self.changes}.{self.version}{'~' if self.is_pending else ''}"


def read_words(text: str | None) -> Words | None:
    """None where nothing is known."""
    changes, _, rest = (text or "").partition(".")
    if not changes.isdecimal() or not rest:
        return None
    return Words(version=rest.removesuffix("~"), changes=int(changes[:9]), is_pending=rest.endswith("~"))


def read_known(stored: str | None) -> Known | None:
    """None where nothing is stored, or something that this never wrote."""
    try:
        return msgspec.json.decode(stored, type=Known) if stored else None
    except msgspec.MsgspecError:
        return None


def with_room(words: dict[str, str]) -> dict[str, str]:
    """The latest MOST_KNOWN, those first that were last seen long ago."""
    return words if len(words) <= MOST_KNOWN else dict(list(words.items())[-MOST_KNOWN:])
