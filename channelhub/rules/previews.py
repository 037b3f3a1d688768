"""Which files a browser may draw: pictures of four raster formats, told by their first bytes and never by their name.

Sources of the formats: PNG (W3C, 5.2 and 11.2.1), JPEG (ITU-T T.81, B.2), GIF89a (17 and 18), WebP (RFC 9649, 2.4–2.7).
SVG is a program, not a picture: it has no place here.
"""

from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
#: A picture of few bytes may unfold into gigabytes: four bytes for each of these in a browser's memory.
MAX_PIXELS: Final = 50_000_000
#: The beginning of a file in which its size must stand: JPEG has it behind what cameras and editors add.
HEAD_BYTES: Final = 256 * 1024
#: Types that are worth a look at the first bytes.
NAMED: Final = frozenset({"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp"})

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15 without DHT, JPG, DAC
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a file is; its size in pixels."""

    media_type: str
    width: int
    height: int


def picture(head: bytes) -> Picture | None:
    """What the first `HEAD_BYTES` of a file show; None for what isn't drawn: another format, no size in pixels where it
    belongs, none at all, or more than `MAX_PIXELS`.
    """
    found = _png(head) or _gif(head) or _webp(head) or _jpeg(head)
    return found if found is not None and 0 < found.width * found.height <= MAX_PIXELS else None


def _png(head: bytes) -> Picture | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return Picture(media_type="image/png", width=_big(head[16:20]), height=_big(head[20:24]))


def _gif(head: bytes) -> Picture | None:
    if not head.startswith((b"GIF87a", b"GIF89a")) or len(head) < 10:
        return None
    return Picture(media_type="image/gif", width=_little(head[6:8]), height=_little(head[8:10]))


def _webp(head: bytes) -> Picture | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = _little(head[24:27]) + 1, _little(head[27:30]) + 1
    elif kind == b"VP8L" and head[20] == 0x2F:
        bits = _little(head[21:25])
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF
    else:
        return None
    return Picture(media_type="image/webp", width=width, height=height)


def _jpeg(head: bytes) -> Picture | None:
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # any number of them may stand before a marker
            at += 1
        elif marker in _FRAMES:
            return Picture(
                media_type="image/jpeg", width=_big(head[at + 7 : at + 9]), height=_big(head[at + 5 : at + 7])
            )
        elif marker in _ALONE:
            at += 2
        elif marker in (0xD9, 0xDA):  # the end, or the pixels without their size
            return None
        else:
            at += 2 + max(2, _big(head[at + 2 : at + 4]))
    return None


def _big(piece: bytes) -> int:
    return int.from_bytes(piece, "big")


def _little(piece: bytes) -> int:
    return int.from_bytes(piece, "little")
