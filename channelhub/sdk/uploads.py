"""A file of an answer as it goes to a channel's server."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Final

import aiohttp

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.files import media_type

UNKNOWN_TYPE: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,63}/[a-z0-9!#$&^_.+-]{1,63}")  # RFC 6838, section 4.2


def upload_form(field: str, file: OutgoingFile, others: Mapping[str, str] | None = None) -> aiohttp.FormData:
    """multipart/form-data with the file after the other fields. A form is sent once: make it anew for each attempt."""
    return form_of(others or {}, {field: file_part(file)})


def form_of(
    fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes, str]], *, fields_type: str | None = None
) -> aiohttp.FormData:
    """The same of what stands ready: files are name, content and type, of which name and type hold nothing that ends a
    header; `fields_type` is the type of the other fields, where it isn't text. Names go as they are, in UTF-8, as
    browsers send them: aiohttp's own way has them shown percent-encoded."""
    form = aiohttp.FormData(quote_fields=False)
    for field, value in fields.items():
        form.add_field(field, value, content_type=fields_type)
    for field, (name, content, kind) in files.items():
        form.add_field(field, BytesIO(content), filename=name, content_type=kind)
    return form


def file_part(file: OutgoingFile) -> tuple[str, bytes, str]:
    """A file as `form_of` takes it."""
    return plain_name(file), file.content, plain_type(file)


def plain_name(file: OutgoingFile) -> str:
    """Its name without what would end a header's value."""
    return "".join(char for char in file.filename if char.isprintable() and char not in '"\\') or "file"


def plain_type(file: OutgoingFile) -> str:
    """Its type alone, in small letters: `image/png`. What is no type is UNKNOWN_TYPE."""
    told = media_type(file)
    return told if _TYPE.fullmatch(told) else UNKNOWN_TYPE
