"""How long an MPEG-4 file plays: LINE wants that of a sound. Only the file's table of contents is looked at."""

import struct
from collections.abc import Iterator
from typing import Final

_MOST_BOXES: Final = 1000
_LONGEST_MS: Final = 24 * 3600 * 1000


def duration_ms(content: bytes) -> int:
    """As its header says (ISO/IEC 14496-12 §8.2.2, `mvhd`); 0 where it says nothing that can be true."""
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind == b"moov":
            header = next((content[a:b] for name, a, b in _boxes(content, start, end) if name == b"mvhd"), b"")
            return _told(header)
    return 0


def _told(header: bytes) -> int:
    is_long = header[:1] == b"\x01"
    if len(header) < (32 if is_long else 20):
        return 0
    scale, units = struct.unpack_from(">IQ", header, 20) if is_long else struct.unpack_from(">II", header, 12)
    lasts_ms = units * 1000 // scale if scale else 0
    return lasts_ms if lasts_ms <= _LONGEST_MS else 0


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: type, and where what is in it begins and ends (§4.2)."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", content, start)
        inside = start + 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", content, inside)
            inside += 8
        following = end if size == 0 else start + size
        if not inside <= following <= end:
            return
        yield kind, inside, following
        start = following
