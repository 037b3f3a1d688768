"""Record keys in the form that posts have (atproto.com/specs/tid): a time and a clock's number in 13 letters."""

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_FIRST_US = 1_704_067_200_000_000  # 2024-01-01
_SPAN_BITS = 44  # microseconds: 203 days
_CLOCK_BITS = 10


def tid(digest: bytes) -> str:
    """The same for the same digest, which gives 54 bits of it. Its time says nothing: it lies in 2024."""
    number = int.from_bytes(digest[:8], "big")
    clock = number & ((1 << _CLOCK_BITS) - 1)
    at_us = _FIRST_US + (number >> _CLOCK_BITS & ((1 << _SPAN_BITS) - 1))
    value = at_us << _CLOCK_BITS | clock
    return "".join(_LETTERS[value >> shift & 31] for shift in range(60, -1, -5))
