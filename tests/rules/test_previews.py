"""A picture is what its first bytes say, of a size that a browser can hold; nothing else is drawn."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.previews import MAX_PIXELS, Picture, picture

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\x00\x00\x00"
GIF = b"GIF89a" + struct.pack("<HH", 16, 9) + b"\x00\x00\x00"
EXIF = b"\xff\xe1" + struct.pack(">H", 6000) + b"\xff\xc0" * 2999
JPEG = b"\xff\xd8" + EXIF + b"\xff\xff\xff\xc2" + struct.pack(">HBHH", 17, 8, 1080, 1920) + b"\x03" * 12
LOSSY = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 320, 200)
LOSSLESS = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + struct.pack("<I", 99 | 49 << 14) + b"\x00" * 5
EXTENDED = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x03\x00\xff\x02\x00"


@pytest.mark.parametrize(
    ("head", "kind", "width", "height"),
    [
        (PNG, "png", 640, 480),
        (GIF, "gif", 16, 9),
        (JPEG, "jpeg", 1920, 1080),
        (LOSSY, "webp", 320, 200),
        (LOSSLESS, "webp", 100, 50),
        (EXTENDED, "webp", 1024, 768),
    ],
    ids=["png", "gif", "jpeg", "webp", "webp-lossless", "webp-extended"],
)
def test_a_picture_is_known_by_its_first_bytes(head: bytes, kind: str, width: int, height: int) -> None:
    assert picture(head) == Picture(media_type=f"image/{kind}", width=width, height=height)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"BM" + bytes(60),
        b"II*\x00" + bytes(60),
        b"\xff\xd8\xff\xda\x00\x0c" + bytes(60),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff" + b"\xff" * 5000,
        PNG[:20],
        LOSSY[:25],
    ],
)
def test_what_is_no_picture_is_not_drawn(head: bytes) -> None:
    assert picture(head) is None


def test_a_picture_that_unfolds_into_gigabytes_is_not_drawn() -> None:
    side = 1 << 14
    assert side * side > MAX_PIXELS
    assert picture(PNG[:16] + struct.pack(">II", side, side)) is None
    assert picture(PNG[:16] + struct.pack(">II", 0, 9)) is None


@given(st.sampled_from([b"", PNG, GIF, JPEG, LOSSY, LOSSLESS, EXTENDED]), st.binary(max_size=300), st.integers(0, 6100))
def test_no_bytes_break_it(begin: bytes, rest: bytes, cut: int) -> None:
    found = picture(begin[:cut] + rest)

    assert found is None or 0 < found.width * found.height <= MAX_PIXELS
