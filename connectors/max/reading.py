"""Reading parts of what MAX tells."""

from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
MAX_SHAPE_CHARS: Final = 64


def read(raw: msgspec.Raw, kind: type[T], field: str, warnings: list[str]) -> T | None:
    """An optional part; None where it is absent, and with a warning where it can't be read."""
    if bytes(raw) in (b"", b"null"):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE as exc:
        warnings.append(f"{field}: {str(exc)[:200]}")
        return None


def moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
