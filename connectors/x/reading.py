"""Reading parts of what X posts."""

from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from channelhub.sdk.json_parts import read_part
from connectors.x.shapes import Entities, User, Wrapped

T = TypeVar("T")
_LAST_MS: Final = 253_402_300_799_999  # the end of 9999
_ESCAPED: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str, entities: msgspec.Raw, warnings: list[str]) -> str:
    """A text as its reader sees it: unescaped, with the addresses that X's short ones stand for."""
    found = read_part(entities, Entities, "entities", warnings) or Entities()
    for one in found.urls:
        if one.url and one.expanded_url:
            text = text.replace(one.url, one.expanded_url)
    for written, meant in _ESCAPED:
        text = text.replace(written, meant)
    return text


def user(raw: msgspec.Raw) -> User:
    """A user, given as it is or inside of `data`; an empty one where it can't be read."""
    found = read_part(raw, User, "user", [])
    if found is not None and (found.id or found.name):
        return found
    wrapped = read_part(raw, Wrapped, "user", [])
    return wrapped.data if wrapped else User()


def of_iso(text: str) -> datetime | None:
    """`2026-11-21T20:30:00.000Z`; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None and found.year > 1 else None


def of_milliseconds(text: str) -> datetime | None:
    """Unix milliseconds as text; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and 0 < int(text) <= _LAST_MS):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
