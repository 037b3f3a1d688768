"""Files that old mailers wrote into the text itself, between `begin 644 name` and `end`. Nothing here raises."""

import re
from typing import Final

from channelhub.content import transfer

MAX_FILES: Final = 50

_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n")
_END = re.compile(rb"(?m)^(?:[` ]\r?\n)?end[ \t]*\r?$\n?")
#: A full line says 45 bytes (`M`) and has 60 characters; others may have lost blanks at their end.
_LINE = re.compile(rb"M[!-`]{55,61}\r?\n|[!-L ][ -`]{0,61}\r?\n")


def split(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without them, and their raw names and contents. What only looks like one stays in the text."""
    out: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    at = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() < at or len(files) >= MAX_FILES or _LINE.match(text, begin.end()) is None:
            continue
        end = _END.search(text, begin.end())
        stop = end.end() if end else len(text)
        out.append(text[at : begin.start()])
        files.append((begin.group(1).strip(), transfer.decode(text[begin.start() : stop], "x-uuencode")))
        at = stop
    return b"".join((*out, text[at:])), files
