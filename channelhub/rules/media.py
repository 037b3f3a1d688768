"""Which files that messages only name are fetched, and when a try that failed is the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from channelhub.domain.media import MediaReason, MediaReference

MAX_TRIES = 10
TRIES_WHEN_GONE = 3
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """What may be fetched on one account. Totals are bytes of all files fetched so far, 0 for no limit."""

    is_on: bool
    max_file_bytes: int
    max_total_bytes: int  # of the account
    max_hub_bytes: int  # of all accounts together
    types: Sequence[str] = ()  # patterns such as image/*; none: every type


def refusal(
    file: MediaReference, limits: MediaLimits, *, account_bytes: int, hub_bytes: int
) -> tuple[MediaReason, str] | None:
    """Why a file isn't fetched, going by what its message says of it, with a sentence; None: it is."""
    if not limits.is_on:
        return MediaReason.OFF, "fetching files is switched off"
    if file.size > limits.max_file_bytes:
        return MediaReason.TOO_LARGE, f"{file.size} bytes, at most {limits.max_file_bytes} are fetched"
    if not takes_type(file.content_type, limits.types):
        return MediaReason.TYPE, f"files of type {file.content_type[:100]} aren't fetched"
    for stored, most, whose in (
        (account_bytes, limits.max_total_bytes, "the account"),
        (hub_bytes, limits.max_hub_bytes, "the hub"),
    ):
        if most and stored + file.size >= most:
            return MediaReason.TOTAL, f"{whose} has fetched {stored} of at most {most} bytes"
    return None


def takes_type(content_type: str, types: Sequence[str]) -> bool:
    """Whether a type, as somebody says it, is one of those that are fetched. Nothing said is no reason to refuse."""
    said = content_type.partition(";")[0].strip().lower()
    return not types or said in _SAYS_NOTHING or any(fnmatchcase(said, pattern.lower()) for pattern in types)


def is_last_try(reason: MediaReason, tries: int) -> bool:
    """Whether after so many tries, the one that just failed included, no other is made."""
    return tries >= (TRIES_WHEN_GONE if reason is MediaReason.EXPIRED else MAX_TRIES)
