"""A posted form as fields and files, whichever of the three encodings it came in: pure and bounded."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import msgspec

from channelhub.domain.json_size import has_more_marks
from connectors.webform.multipart import Body, BrokenMultipartError, Part, TooManyPartsError, read_parts, split_header

MAX_FIELDS = 500
MAX_NAME_CHARS = 200
MAX_JSON_MARKS = 20_000  # strings and separators of a JSON form: names, values and what stands in them
_PIECE_BYTES = 64 * 1024  # of a field, unquoted at a time: each %41 costs thirty times its bytes while it is

#: What pages of this part of the world are written in. A page says it by a `charset` or the field `_charset_`.
_CHARSETS = frozenset(
    {"windows-1251", "cp1251", "koi8-r", "koi8-u", "iso-8859-5", "windows-1252", "iso-8859-1", "iso-8859-2", "cp866"}
)
_FALLBACK_CHARSET = "windows-1251"


class FormError(ValueError):
    """The post is refused with `status` (400, 413, 415 or 422); `errors` names faulty fields."""

    def __init__(self, status: int, detail: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.errors = errors or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """A file; `field` is the name of the field that it was chosen in."""

    filename: str
    content_type: str
    content: bytes | memoryview
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields in order, names as posted, and the files."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[FormFile, ...] = ()

    def values(self, name: str) -> list[str]:
        """What was posted under `name`, whatever its case, without what is blank."""
        return [value for field, value in self.fields if field.lower() == name and value.strip()]

    def first(self, name: str) -> str:
        values = self.values(name)
        return values[0].strip() if values else ""


class _JsonFile(msgspec.Struct, frozen=True):
    content: bytes  # base64
    filename: str = ""
    content_type: str = ""
    field: str = "files"


_json_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_json_files = msgspec.json.Decoder(list[_JsonFile])
_json_many = msgspec.json.Decoder(list[msgspec.Raw])


def read_form(body: Body, content_type: str) -> Form:
    """The form in `body`; files of one on disk are left there. Raises only `FormError`."""
    media, parameters = split_header(content_type.encode("latin-1", "replace"))
    if media == b"application/json":
        form = _read_json(body[:])
    elif media == b"application/x-www-form-urlencoded":
        form = _read_urlencoded(body[:], _charset_name(parameters))
    elif media == b"multipart/form-data":
        form = _read_multipart(body, parameters.get(b"boundary", b""), _charset_name(parameters))
    else:
        raise FormError(415, "Post application/json, application/x-www-form-urlencoded or multipart/form-data.")
    if any(len(name) > MAX_NAME_CHARS for name, _ in form.fields):
        raise FormError(413, f"A field's name is longer than {MAX_NAME_CHARS} characters.")
    return form


def read_beginning(beginning: bytes, content_type: str) -> Form:
    """The fields that stand whole in the first bytes of a post: what was typed, for a page that asks again.

    Never raises: what can't be read gives no fields. Files are left out.
    """
    media, parameters = split_header(content_type.encode("latin-1", "replace"))
    boundary = parameters.get(b"boundary", b"")
    try:
        if media == b"multipart/form-data" and boundary:
            end = beginning.rfind(b"\r\n--" + boundary)
            return Form(fields=read_form(beginning[: max(end, 0)] + b"\r\n--" + boundary + b"--", content_type).fields)
        if media == b"application/x-www-form-urlencoded":
            return Form(fields=read_form(beginning, content_type).fields)
    except FormError:
        pass
    return Form(fields=())


def _charset_name(parameters: dict[bytes, bytes]) -> str:
    return parameters.get(b"charset", b"").decode("ascii", "replace")


def _read_urlencoded(body: bytes, charset: str) -> Form:
    if body.count(b"&") >= MAX_FIELDS:
        raise FormError(413, f"More than {MAX_FIELDS} fields.")
    pairs = [pair.partition(b"=") for pair in body.split(b"&") if pair]
    fields = [(_unquote(name), _unquote(value)) for name, _, value in pairs]
    return Form(fields=_decode(fields, charset))


def _unquote(text: bytes) -> bytes:
    spaced = text.replace(b"+", b" ")
    pieces = []
    at = 0
    while at < len(spaced):
        end = at + _PIECE_BYTES
        cut = spaced.rfind(b"%", end - 2, end)  # an escape that the piece's end would divide
        end = cut if cut > at else end
        pieces.append(unquote_to_bytes(spaced[at:end]))
        at = end
    return b"".join(pieces)


def _read_multipart(body: Body, boundary: bytes, charset: str) -> Form:
    try:
        parts = read_parts(body, boundary)
    except BrokenMultipartError as exc:
        raise FormError(400, f"The multipart body is broken: {exc}.") from exc
    except TooManyPartsError as exc:
        raise FormError(413, f"The multipart body has {exc}.") from exc
    plain = [(part.name, bytes(part.content)) for part in parts if part.filename is None]
    if len(plain) > MAX_FIELDS:
        raise FormError(413, f"More than {MAX_FIELDS} fields.")
    files = [part for part in parts if part.filename or (part.filename is not None and part.content)]
    names = _decode([(part.name, part.filename or b"") for part in files], charset)
    return Form(
        fields=_decode(plain, charset),
        files=tuple(_file_of(part, *name) for part, name in zip(files, names, strict=True)),
    )


def _file_of(part: Part, field: str, filename: str) -> FormFile:
    return FormFile(filename=filename, content_type=part.content_type, content=part.content, field=field)


def _decode(fields: list[tuple[bytes, bytes]], charset: str) -> tuple[tuple[str, str], ...]:
    """The fields as text: UTF-8 where all of it is valid, else what the page says, else windows-1251."""
    declared = next((value.decode("ascii", "replace") for name, value in fields if name == b"_charset_"), charset)
    try:
        return tuple((name.decode(), value.decode()) for name, value in fields)
    except UnicodeDecodeError:
        chosen = declared.strip().lower() if declared.strip().lower() in _CHARSETS else _FALLBACK_CHARSET
        return tuple((name.decode(chosen, "replace"), value.decode(chosen, "replace")) for name, value in fields)


def _read_json(body: bytes) -> Form:
    if has_more_marks(body, MAX_JSON_MARKS):
        raise FormError(413, f"The JSON has more than {MAX_JSON_MARKS} fields and values.")
    try:
        tree = _json_fields.decode(body)
        files = tree.pop("files", None)
        fields = [(name, text) for name, value in tree.items() for text in _texts(value)]
    except msgspec.ValidationError as exc:
        raise FormError(400, "The JSON must be one object of fields.") from exc
    except RecursionError as exc:
        raise FormError(400, "The JSON is nested too deeply.") from exc
    except ValueError as exc:
        raise FormError(400, f"The body is not JSON in UTF-8: {exc}") from exc
    if len(fields) > MAX_FIELDS:
        raise FormError(413, f"More than {MAX_FIELDS} fields.")
    return Form(fields=tuple(fields), files=_json_file_list(files) if files is not None else ())


def _texts(value: msgspec.Raw) -> list[str]:
    """A field's values: a string's content, each item of a list, anything else as it was written; null is none."""
    written = bytes(value)
    if written == b"null":
        return []
    if written.startswith(b"["):
        return [_text(bytes(item)) for item in _json_many.decode(written)]
    return [_text(written)]


def _text(written: bytes) -> str:
    try:
        return msgspec.json.decode(written, type=str)
    except ValueError:
        return written.decode(errors="replace")


def _json_file_list(value: msgspec.Raw) -> tuple[FormFile, ...]:
    try:
        items = _json_files.decode(bytes(value)) if bytes(value) != b"null" else []
    except ValueError as exc:
        raise FormError(
            422, f"files: {exc}", {"files": "a list of {filename, content_type, content in base64}"}
        ) from exc
    return tuple(
        FormFile(filename=item.filename, content_type=item.content_type, content=item.content, field=item.field)
        for item in items
    )
