"""`multipart/form-data` (RFC 7578) as parts: pure, linear in its input, strict about its frame."""

import re
from dataclasses import dataclass
from mmap import mmap
from urllib.parse import unquote_to_bytes

Body = bytes | mmap  # in memory, or where it stands on disk
MAX_PARTS = 1000
MAX_HEADER_BYTES = 16 * 1024  # of one part

_PARAMETER = re.compile(rb';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"\s]*)', re.DOTALL)


class BrokenMultipartError(ValueError):
    """The body is not the multipart that its content type promises; the text says where."""


class TooManyPartsError(ValueError):
    """More than `MAX_PARTS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field or file, undecoded. `filename` is None for a field."""

    name: bytes
    filename: bytes | None
    content_type: str
    content: bytes | memoryview  # of a file in a body on disk: where it stands there


def split_header(value: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """A header such as `form-data; name="x"` as its first word and its parameters, both names in lower case."""
    word, _, _ = value.partition(b";")
    parameters: dict[bytes, bytes] = {}
    for match in _PARAMETER.finditer(value, len(word)):
        text = match[2]
        if text.startswith(b'"'):
            text = text[1:-1].replace(b'\\"', b'"')
        parameters.setdefault(match[1].lower(), text)
    return word.strip().lower(), parameters


def read_parts(body: Body, boundary: bytes) -> list[Part]:
    """The parts in order. Raises `BrokenMultipartError` and `TooManyPartsError`, nothing else."""
    if not 1 <= len(boundary) <= 70:
        raise BrokenMultipartError("the boundary must have 1 to 70 characters")
    delimiter = b"\r\n--" + boundary
    first = -2 if body[: len(delimiter) - 2] == delimiter[2:] else body.find(delimiter)
    if first == -1:
        raise BrokenMultipartError("the boundary does not occur in the body")
    at = first + len(delimiter)
    parts: list[Part] = []
    while body[at : at + 2] != b"--":
        start = _after_line_end(body, at)
        end = body.find(delimiter, start - 2)  # a part without content or headers may end where it starts
        if end < 0:
            raise BrokenMultipartError("the last part has no end: the body is cut off")
        if len(parts) >= MAX_PARTS:
            raise TooManyPartsError(f"more than {MAX_PARTS} parts")
        parts.append(_read_part(body, start, end))
        at = end + len(delimiter)
    return parts


def _after_line_end(body: Body, at: int) -> int:
    """The index after the blanks and the CRLF that follow a boundary."""
    end = at
    while end < at + 64 and body[end : end + 1] in (b" ", b"\t"):
        end += 1
    if body[end : end + 2] != b"\r\n":
        raise BrokenMultipartError("a boundary is not followed by a line end")
    return end + 2


def _read_part(body: Body, start: int, end: int) -> Part:
    close = body.find(b"\r\n\r\n", start, min(end, start + MAX_HEADER_BYTES))
    if close < 0:
        raise BrokenMultipartError("a part's header has no end or is longer than 16 KiB")
    headers = dict(_header_lines(body[start:close]))
    word, parameters = split_header(headers.get(b"content-disposition", b""))
    if word != b"form-data" or b"name" not in parameters:
        raise BrokenMultipartError("a part has no Content-Disposition: form-data with a name")
    media, _ = split_header(headers.get(b"content-type", b""))
    filename = _filename(parameters)
    is_left_there = filename is not None and isinstance(body, mmap)
    return Part(
        name=_unescape(parameters[b"name"]),
        filename=filename,
        content_type=media.decode("ascii", "replace"),
        content=memoryview(body)[close + 4 : end] if is_left_there else body[close + 4 : end],
    )


def _header_lines(block: bytes) -> list[tuple[bytes, bytes]]:
    lines = (line.partition(b":") for line in block.split(b"\r\n"))
    return [(name.strip().lower(), value.strip()) for name, _, value in lines]


def _filename(parameters: dict[bytes, bytes]) -> bytes | None:
    extended = parameters.get(b"filename*", b"")
    if extended.lower().startswith(b"utf-8'"):  # RFC 8187; browsers never send it, some clients do
        return unquote_to_bytes(extended.split(b"'", 2)[-1])
    plain = parameters.get(b"filename")
    return None if plain is None else _unescape(plain)


def _unescape(text: bytes) -> bytes:
    """Undo the three escapes that browsers make in names (WHATWG HTML, multipart/form-data encoding)."""
    return text.replace(b"%22", b'"').replace(b"%0D", b"\r").replace(b"%0A", b"\n")
