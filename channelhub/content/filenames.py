"""Labels for attachments: what people see and what a download is called.

A label never names a file of ours (those are named by digest), yet it must do no harm where it lands: in a header,
a shell, a folder, a page.
"""

import re
import unicodedata
from typing import Final

MAX_BYTES: Final = 200
MAX_ADDRESS_CHARS: Final = 50

_WHITE = re.compile(r"\s+")
_FORBIDDEN: Final = dict.fromkeys(map(ord, '/\\:*?"<>|'), "_")
#: Device names of Windows, refused with any extension.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def label(name: str) -> str:
    """A safe form of the name a sender gave: one path component, NFC, no control, format or bidirectional character,
    no leading dot or dash, at most `MAX_BYTES` in UTF-8 with its extension kept. Empty when nothing is left.
    """
    text = unicodedata.normalize("NFC", name[:4096])
    text = "".join(" " if ch in "\t\r\n" else ch for ch in text if ch in "\t\r\n" or unicodedata.category(ch)[0] != "C")
    text = text.replace("\\", "/").rstrip("/ ")
    text = text.rsplit("/", 1)[-1].translate(_FORBIDDEN)
    text = _WHITE.sub(" ", text).strip().lstrip(".-~ ").rstrip(". ")
    if _DEVICES.fullmatch(text):
        text = "_" + text
    return _shorten(text)


def address_name(filename: str) -> str:
    """How a file is called at the end of an address: ASCII letters, digits, `.`, `_` and `-`, at most
    `MAX_ADDRESS_CHARS`, with its extension in small letters, because programs look at that."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in filename)
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = plain, "", ""
    room = MAX_ADDRESS_CHARS - len(dot + extension)
    return (stem[:room].strip("._-") or "file") + dot + extension.lower()


def _shorten(text: str) -> str:
    if len(text.encode("utf-8", "replace")) <= MAX_BYTES:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = text, "", ""
    room = MAX_BYTES - len((dot + extension).encode("utf-8", "replace"))
    cut = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return cut.rstrip(". ") + dot + extension
