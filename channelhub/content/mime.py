"""The parts of a mail, found within limits (RFC 2046). Nothing here raises.

The standard library's parser is recursive and keeps a tree of every part it meets: a mail of 1 MB can cost it
gigabytes or end in RecursionError. So the structure is found here by searching for delimiters in the bytes, with the
limits applied before anything is built; dates and transfer encodings are read with the standard library's codecs.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from channelhub.content import charset, headerblock, parameters, transfer
from channelhub.content.charset_labels import codec_of
from channelhub.content.headerblock import Budget, Headers

MAX_DEPTH: Final = 20
MAX_PARTS: Final = 1000
MAX_TEXT_BYTES: Final = 8_000_000

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+*-]+")
_LOOKS_LIKE_HTML = re.compile(rb"\s{0,40}<(?:!doctype html|html)\b", re.IGNORECASE)
_GUESSED_DELIMITER = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z-]{4,40}:|\r?\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A node of the mail. A multipart has children and no body of its own."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str = ""
    filename: str = ""  # as the sender wrote it, decoded; unsafe until `filenames.label`
    body: bytes = b""  # as transported
    children: tuple["Part", ...] = ()

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        return transfer.decode(self.body, self.headers.text("content-transfer-encoding"))

    @property
    def text(self) -> str:
        """The content as text, line ends as LF, without NUL; its first `MAX_TEXT_BYTES`."""
        text = charset.decode(self.content[:MAX_TEXT_BYTES], self.parameters.get("charset", ""))
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def walk(self) -> Iterator["Part"]:
        """This part and everything inside it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    root: Part
    warnings: tuple[str, ...] = ()
    separator: bytes = b""  # the line before the headers where the mail comes out of an mbox file

    @property
    def headers(self) -> Headers:
        return self.root.headers


def read(data: bytes) -> Mail:
    """Read a whole mail. What lies beyond a limit is left inside its part, and a warning says so."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # saved by an editor
        data = data.decode("utf_16", "replace").encode()
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    budget = Budget(parts_left=MAX_PARTS)
    root = _part(data, headerblock.skip_preface(data), len(data), budget, depth=0, default="text/plain")
    fallback = _header_charset(root)
    if fallback:
        root = replace(root, headers=replace(root.headers, charset=fallback))
    return Mail(root=root, warnings=tuple(budget.warnings), separator=headerblock.separator(data))


def _header_charset(root: Part) -> str:
    """What raw 8-bit header bytes are in: the charset the text declares, else what all such headers look like."""
    raw = b"\n".join(value for _, value in root.headers.fields if not value.isascii())
    if not raw:
        return ""
    for part in root.walk():
        if part.content_type.startswith("text/"):
            declared = codec_of(part.parameters.get("charset", ""))
            return declared if declared not in ("", "utf_8", "cp1252") else charset.detect(raw)
    return charset.detect(raw)


def _part(data: bytes, start: int, end: int, budget: Budget, *, depth: int, default: str) -> Part:
    budget.parts_left -= 1
    headers, body_at = headerblock.split(data, start, end, budget)
    kind = parameters.parse(headers.raw("content-type"))
    label = kind.parameters.get("charset", "")
    place = parameters.parse(headers.raw("content-disposition"), label)
    filename = _filename(place.parameters.get("filename", ""), kind.parameters.get("name", ""))
    content_type = _content_type(kind.value, default, is_file=bool(filename))
    if content_type == "text/plain" and not filename and _LOOKS_LIKE_HTML.match(data, body_at, min(end, body_at + 400)):
        content_type = "text/html"
    children: tuple[Part, ...] = ()
    body_end = end
    if content_type.startswith("multipart/"):
        children = _children(data, body_at, end, budget, kind.parameters.get("boundary", ""), content_type, depth)
        if not children:
            content_type = "text/plain"
            body_end = _preamble_end(data, body_at, end, kind.parameters.get("boundary", ""))
    return Part(
        headers=headers,
        content_type=content_type,
        parameters=kind.parameters,
        disposition=place.value.split(";")[0].strip(),
        filename=filename,
        body=b"" if children else data[body_at:body_end],
        children=children,
    )


def _preamble_end(data: bytes, start: int, end: int, boundary: str) -> int:
    """Where the words before the first delimiter end: all there is of a multipart without parts."""
    found = _delimiter(boundary.encode("latin-1", "replace")).search(data, start, end) if boundary else None
    return found.start() if found else end


def _filename(filename: str, name: str) -> str:
    """The disposition's name (RFC 2183) before the type's, unless only the latter kept letters beyond its charset."""
    return name if name and (not filename or ("?" in filename and "?" not in name)) else filename


def _content_type(value: str, default: str, *, is_file: bool) -> str:
    if _TYPE.fullmatch(value):
        return value
    if value in ("text", "html", "multipart"):
        return {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}[value]
    if not value:
        return default
    return "application/octet-stream" if is_file else "text/plain"


def _children(
    data: bytes, start: int, end: int, budget: Budget, boundary: str, content_type: str, depth: int
) -> tuple[Part, ...]:
    if depth >= MAX_DEPTH:
        budget.warn(f"parts nested deeper than {MAX_DEPTH} are not opened")
        return ()
    regions = _regions(data, start, end, boundary.encode("latin-1", "replace"), budget) if boundary else []
    if not regions:
        guess = _GUESSED_DELIMITER.search(data, max(0, start - 1), min(end, start + 65536))
        if guess is None:
            budget.warn("a multipart without parts is shown as text")
            return ()
        budget.warn("the boundary is missing or wrong; it was guessed")
        regions = _regions(data, start, end, guess.group(1), budget)
    default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    parts: list[Part] = []
    for region_start, region_end in regions:
        if budget.parts_left <= 0:
            budget.warn(f"more than {MAX_PARTS} parts; the rest is not opened")
            break
        parts.append(_part(data, region_start, region_end, budget, depth=depth + 1, default=default))
    return tuple(parts)


def _delimiter(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"--" + re.escape(boundary.rstrip()) + rb"(?:[ \t]*(--))?[ \t]*(?=\r|\n|\Z)")


def _regions(data: bytes, start: int, end: int, boundary: bytes, budget: Budget) -> list[tuple[int, int]]:
    """Where the parts between the delimiters lie. The line end before a delimiter belongs to it (RFC 2046 §5.1.1)."""
    regions: list[tuple[int, int]] = []
    part_at = -1
    for found in _delimiter(boundary).finditer(data, start, end):
        at = found.start()
        if at > start and data[at - 1] != 0x0A:
            continue
        if part_at >= 0:
            stop = at - 1
            if stop > part_at and data[stop - 1] == 0x0D:
                stop -= 1
            regions.append((part_at, max(part_at, stop)))
        line_end = data.find(b"\n", found.end(), end)
        part_at = end if line_end < 0 else line_end + 1
        if found.group(1):
            return regions
        if len(regions) > budget.parts_left:
            return regions
    if part_at >= 0 and data[part_at:end].strip():
        regions.append((part_at, end))  # the closing delimiter was cut off on the way
    return regions
