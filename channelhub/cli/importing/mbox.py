"""Mails of an mbox file, one after the other in flat memory (RFC 4155; mboxo, mboxrd and mboxcl).

A mail begins at a `From ` line with a date, after a blank line or at the start, when a header follows. So a sentence
that begins with "From" ends no mail, even where its writer didn't quote it. One `>` is taken from lines `>From `,
`>>From ` and so on, as mboxrd means it; in an mboxo file that is wrong only for lines that held `>From ` before.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from channelhub.cli.importing.kept import MAX_KEPT_BYTES, Kept, too_large

MAX_LINE_BYTES = 1024 * 1024
MAGIC = b"From "
#: `From - Tue Nov 21 10:00:00 2023`, with an address, a zone or a comma, as mail programs write it.
_BEGINNING = re.compile(rb"From [^\r\n]{0,500}?\d{1,2}:\d\d(?::\d\d)?[^\r\n]{0,100}\r?\n")
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>?From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD_BYTES = 64 * 1024
_EXPUNGED = 0x0008  # Mozilla's flag of a mail that is deleted and not yet compacted away
_MOZILLA = re.compile(rb"^X-Mozilla-Status:[ \t]*([0-9A-Fa-f]{1,8})", re.MULTILINE | re.IGNORECASE)
_STATUS = re.compile(rb"^X-Status:[ \t]*(\w*)", re.MULTILINE | re.IGNORECASE)  # D deleted, T draft
_INTERNAL = re.compile(rb"^X-IMAP:.*?^Subject:[^\r\n]*FOLDER INTERNAL DATA", re.MULTILINE | re.DOTALL | re.IGNORECASE)


def is_mbox(path: Path) -> bool:
    """Whether a file begins as an mbox does. An empty one holds no mail and is none."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def mails(path: Path) -> Iterator[Kept]:
    """Every mail, in the file's order. Holds one mail and one line at a time; never raises."""
    try:
        with path.open("rb") as file:
            yield from _mails(file, str(path))
    except OSError as exc:
        yield Kept(where=str(path), size=0, fault=exc.strerror or str(exc))


def _mails(file: BinaryIO, name: str) -> Iterator[Kept]:
    mail: _Growing | None = None
    place = 0
    is_after_blank = is_whole = True  # a line longer than we read at once comes in pieces
    line = file.readline(MAX_LINE_BYTES)
    while line:
        following = file.readline(MAX_LINE_BYTES)
        if is_after_blank and line.startswith(MAGIC) and _begins(line, following):
            if mail is not None:
                yield mail.kept()
            mail = _Growing(f"{name}, byte {place}")
        elif mail is None:
            mail = _Growing(f"{name}, byte {place}")
            mail.add(line)
        else:
            mail.add(line)
        is_after_blank = is_whole and line in (b"\n", b"\r\n")
        is_whole = line.endswith(b"\n")
        place += len(line)
        line = following
    if mail is not None:
        yield mail.kept()


def _begins(line: bytes, following: bytes) -> bool:
    return bool(_BEGINNING.match(line) and _YEAR.search(line) and _HEADER.match(following))


class _Growing:
    """The mail that is being read. One that grows too large is let go and only measured."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._body = bytearray()
        self._size = 0

    def add(self, line: bytes) -> None:
        self._size += len(line)
        if self._size <= MAX_KEPT_BYTES:
            self._body += line
        else:
            self._body.clear()

    def kept(self) -> Kept:
        if self._size > MAX_KEPT_BYTES:
            return Kept(where=self._where, size=self._size, fault=too_large())
        body = _without_separator(bytes(self._body))
        if _is_unwanted(body[:_HEAD_BYTES]):
            return Kept(where=self._where, size=self._size, is_left_out=True)
        if b">From " in body:
            body = _QUOTED.sub(rb"\1", body)
        return Kept(where=self._where, size=self._size, body=body)


def _without_separator(body: bytes) -> bytes:
    """The blank line that stands between two mails belongs to neither."""
    for ending, line in ((b"\r\n\r\n", 2), (b"\n\n", 1)):
        if body.endswith(ending):
            return body[:-line]
    return body


def _is_unwanted(head: bytes) -> bool:
    """Deleted, a draft, or a mail program's own notes in the shape of a mail."""
    end = re.search(rb"\r?\n\r?\n", head)
    head = head[: end.start()] if end else head
    mozilla = _MOZILLA.search(head)
    if mozilla and int(mozilla[1], 16) & _EXPUNGED:
        return True
    status = _STATUS.search(head)
    if status and set(status[1].upper()) & set(b"DT"):
        return True
    return _INTERNAL.search(head) is not None
