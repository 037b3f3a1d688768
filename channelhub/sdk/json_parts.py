"""Reading what a channel tells piece by piece, so that one that can't be read takes no other with it."""

from typing import Final, TypeVar

import msgspec

T = TypeVar("T")
#: What decoding raises for bytes of any kind.
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
MAX_FAULT_CHARS: Final = 200


def read_part(raw: msgspec.Raw, kind: type[T], field: str, warnings: list[str], *, strict: bool = True) -> T | None:
    """An optional part; None where it is absent or null, and with a warning where it can't be read. Numbers may be text
    where it is not `strict`."""
    if bytes(raw) in (b"", b"null"):
        return None
    try:
        return msgspec.json.decode(raw, type=kind, strict=strict)
    except UNREADABLE as exc:
        warnings.append(f"{field}: {str(exc)[:MAX_FAULT_CHARS]}")
        return None
