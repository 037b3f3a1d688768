"""ISO-2022-JP as Japanese mailers write it: with half-width kana and the letters of NEC and IBM. Nothing here raises.

Python's codec knows none of the vendors' rows. Where it gives up, pairs are turned into windows-31j, which has them.
"""

import re
from typing import Final

#: Vendors' letters beyond these are U+FFFD: each costs time.
MAX_BYTES: Final = 1_000_000

_ESCAPE = re.compile(rb"\x1b(\$\([@BDOPQ]|\$[@B]|\([BIJ])")
_DOUBLE: Final = frozenset({b"$@", b"$B", b"$(@", b"$(B", b"$(O", b"$(Q"})
_SUPPLEMENT: Final = b"$(D"
_KANA: Final = b"(I"


def decode(data: bytes) -> str:
    """The text; U+FFFD for what is no letter in any table."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    out: list[str] = []
    at, mode = 0, b"(B"
    for escape in _ESCAPE.finditer(data, 0, MAX_BYTES):
        out.append(_run(data[at : escape.start()], mode))
        at, mode = escape.end(), escape.group(1)
    out.append(_run(data[at:MAX_BYTES], mode))
    if len(data) > MAX_BYTES:
        out.append((b"\x1b" + mode + data[MAX_BYTES:]).decode("iso2022_jp_ext", "replace"))
    return "".join(out)


def _run(run: bytes, mode: bytes) -> str:
    if mode in _DOUBLE:
        return _shifted(run).decode("cp932", "replace")
    if mode == _KANA:
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in run).decode("cp932", "replace")
    if mode == _SUPPLEMENT:
        pairs = (run[at : at + 2] for at in range(0, len(run) - 1, 2))
        return b"".join(bytes((0x8F, one[0] | 0x80, one[1] | 0x80)) for one in pairs).decode("euc_jp", "replace")
    return run.decode("cp932", "replace")


def _shifted(run: bytes) -> bytes:
    """Pairs of JIS as pairs of Shift-JIS; line ends stay, as mailers forget to leave the mode before them."""
    out = bytearray()
    at = 0
    while at < len(run):
        high = run[at]
        low = run[at + 1] if at + 1 < len(run) else 0
        if not (0x21 <= high <= 0x7E and 0x21 <= low <= 0x7E):
            out.append(high)
            at += 1
            continue
        out.append((high + 1) // 2 + (0x70 if high <= 0x5E else 0xB0))
        out.append(low + (0x7E if high % 2 == 0 else 0x1F if low < 0x60 else 0x20))
        at += 2
    return bytes(out)
