"""The fields of a posted form as bytes: each may be in a charset of its own, so none is decoded here."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from channelhub.sdk.errors import Unparseable

MOST_FIELDS: Final = 300
_MAX_HEAD_BYTES: Final = 8192
_BOUNDARY: Final = re.compile(r'boundary="?([^";\s]{1,200})"?', re.IGNORECASE)
_NAME: Final = re.compile(rb'\bname="((?:[^"\\]|\\.)*)"')
_FILENAME: Final = re.compile(rb'\bfilename="((?:[^"\\]|\\.)*)"')
_TYPE: Final = re.compile(rb"(?im)^content-type:[ \t]*([^\r\n;]{1,200})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; a file has a name and a type."""

    content: bytes
    filename: str = ""
    content_type: str = ""


def read(body: bytes, content_type: str) -> dict[str, Field]:
    """The fields by name, of a repeated one the last (RFC 7578, or urlencoded). Raises Unparseable."""
    if content_type.lower().startswith("multipart/form-data"):
        return _multipart(body, content_type)
    pairs = body.split(b"&", MOST_FIELDS + 1)
    if len(pairs) > MOST_FIELDS:
        raise Unparseable(f"a form of more than {MOST_FIELDS} fields")
    fields: dict[str, Field] = {}
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        fields[_text(unquote_to_bytes(name))] = Field(content=unquote_to_bytes(value))
    return fields


def _multipart(body: bytes, content_type: str) -> dict[str, Field]:
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Unparseable("a multipart form without its boundary")
    delimiter = b"\r\n--" + found[1].encode()
    pieces = (b"\r\n" + body).split(delimiter, MOST_FIELDS + 2)
    if len(pieces) > MOST_FIELDS + 1:
        raise Unparseable(f"a form of more than {MOST_FIELDS} fields")
    fields: dict[str, Field] = {}
    is_ended = False
    for piece in pieces[1:]:
        is_ended = piece.startswith(b"--")
        if is_ended:
            break
        head, blank, content = piece.partition(b"\r\n\r\n")
        named = _NAME.search(head[:_MAX_HEAD_BYTES])
        if not blank or named is None:
            raise Unparseable("a field of the form without its name")
        file, kind = _FILENAME.search(head[:_MAX_HEAD_BYTES]), _TYPE.search(head[:_MAX_HEAD_BYTES])
        fields[_text(named[1])] = Field(
            content=content, filename=_text(file[1]) if file else "", content_type=_text(kind[1]) if kind else ""
        )
    if not is_ended:
        raise Unparseable("the form broke off")
    return fields


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
