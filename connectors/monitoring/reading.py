"""What the parsers share: JSON of at most so many values, times, and texts cut to what the hub keeps."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.json_size import has_more_marks
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE

MOST_ALERTS = 1000  # of one delivery; the raw delivery keeps the others
_MOST_MARKS = 400_000
_MOST_LABELS = 40
_NAME_CHARS, _SUMMARY_CHARS, _LABEL_CHARS, _KEY_CHARS = 200, 1000, 300, 200

Shape = TypeVar("Shape")


def decode(body: bytes, shape: type[Shape], system: str) -> Shape:
    """Raises Unparseable with a sentence for the administrator."""
    try:
        if has_more_marks(body, _MOST_MARKS):
            raise Unparseable(f"more than {_MOST_MARKS} values, which no {system} sends")
        return msgspec.json.decode(body, type=shape, strict=False)
    except UNREADABLE as exc:
        raise Unparseable(f"not what {system} posts: {str(exc)[:300]}") from exc


def moment(text: str) -> datetime | None:
    """An RFC 3339 time; None for nothing and for the zero time that stands for "not yet"."""
    try:
        found = msgspec.convert(text, datetime, strict=False) if text else None
    except msgspec.ValidationError:
        return None
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 9000:
        return None
    return found.astimezone(UTC)


def moment_of_seconds(seconds: float) -> datetime | None:
    """A Unix time; None for none and for what no clock shows."""
    return datetime.fromtimestamp(seconds, UTC) if 631_152_000 <= seconds <= 221_845_392_000 else None


def name_of(text: str) -> str:
    return clean(text, _NAME_CHARS) or "unnamed alert"


def summary_of(text: str) -> str:
    return clean(text, _SUMMARY_CHARS)


def key_of(text: str) -> str:
    """The text itself where it is short, else its digest."""
    cleaned = clean(text, _KEY_CHARS)
    return cleaned if cleaned == text else hashlib.sha256(text.encode(errors="replace")).hexdigest()


def labels_of(given: Mapping[str, str]) -> dict[str, str]:
    """The first labels, in the order of their names."""
    kept = sorted(given.items())[:_MOST_LABELS]
    return {clean(name, 100): clean(value, _LABEL_CHARS) for name, value in kept}


def link_of(url: str) -> str:
    """A link that a page may show: http or https, without a password in it."""
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return clean(url, 1000) if is_safe and len(url) <= 1000 and url.isprintable() else ""


def clean(text: str, most: int) -> str:
    """`text` without NUL, which PostgreSQL's text type can't hold, and not too long."""
    return text[:most].replace("\x00", "\ufffd").strip()
