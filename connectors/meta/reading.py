"""Reading what Meta posts: piece by piece, so that one that can't be read takes no other with it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE

T = TypeVar("T")
_FIRST_MILLISECONDS: Final = 100_000_000_000  # as seconds that is the year 5138
_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31


class Change(msgspec.Struct):
    """Something that happened, under the name of the field that the app subscribes to."""

    field: str = ""
    value: msgspec.Raw = msgspec.Raw()


class Entry(msgspec.Struct):
    """What happened at one account of the business. One that can't be read has itself as its only change, which can't
    be read either."""

    id: str | int = ""
    time: int | float = 0
    changes: list[msgspec.Raw] = []
    messaging: list[msgspec.Raw] = []
    standby: list[msgspec.Raw] = []


class Post(msgspec.Struct):
    """A whole post (developers.facebook.com/docs/graph-api/webhooks)."""

    entry: list[msgspec.Raw]
    object: str = ""


def read_post(body: bytes) -> tuple[str, Sequence[Entry]]:
    """What a post is about, and its entries. Raises Unparseable for bytes that are none, and where no entry is one."""
    try:
        post = msgspec.json.decode(body, type=Post)
    except UNREADABLE as exc:
        raise Unparseable(f"not a post of Meta's webhook: {str(exc)[:300]}") from exc
    entries = [read(raw, Entry) for raw in post.entry]
    if entries and not any(entries):
        raise Unparseable("not a post of Meta's webhook: none of its entries is one")
    return post.object, [one or _odd(raw) for one, raw in zip(entries, post.entry, strict=True)]


def _odd(raw: msgspec.Raw) -> Entry:
    named = read(raw, _Named) or _Named()
    return Entry(id=named.id, changes=[msgspec.Raw(msgspec.json.encode([raw]))])


class _Named(msgspec.Struct):
    id: str | int = ""


def read(raw: msgspec.Raw, kind: type[T]) -> T | None:
    """A piece; None where it is absent, or isn't of the documented shape."""
    if not bytes(raw):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE:
        return None


def digest(raw: bytes) -> str:
    """Names what has no id of its own."""
    return hashlib.sha256(raw).hexdigest()[:32]


def moment(stamp: str | float) -> datetime | None:
    """A time of Meta's: Unix seconds or milliseconds, as a number or as text. None for anything else."""
    try:
        at = float(stamp)
        seconds = at / 1000 if at >= _FIRST_MILLISECONDS else at
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LAST_SECOND else None
    except (ValueError, OverflowError):
        return None
