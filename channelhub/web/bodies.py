"""Reads what a client sent, within bounds, into checked values; refuses the rest with the field's name."""

from functools import cache
from io import BytesIO
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import JSON_BYTES

T = TypeVar("T", bound=msgspec.Struct)
_RESERVED_FROM = 4 * 1024 * 1024
BODY = web.RequestKey("body", bytes)  # where it was read before the handler began
MAX_ID = 2**63 - 1


async def read_body(request: web.Request, *, max_bytes: int = JSON_BYTES) -> bytes:
    """The whole body. Raises Problem: 413 beyond `max_bytes`, as soon as that is known."""
    if BODY in request:
        if len(request[BODY]) > max_bytes:
            raise _too_large(max_bytes)
        return request[BODY]
    if request.content_length is not None and request.content_length > max_bytes:
        raise _too_large(max_bytes)
    chunk = await request.content.readany()
    if request.content.at_eof() and len(chunk) <= max_bytes:
        return chunk
    body = BytesIO()  # hands its bytes over without a copy
    promised = request.content_length or 0
    while chunk:
        body.write(chunk)
        if body.tell() > max_bytes:
            raise _too_large(max_bytes)
        if _RESERVED_FROM <= promised <= 4 * body.tell():  # who sent a quarter of it means it
            if body.tell() < promised:
                _reserve(body, promised)
            promised = 0
        chunk = await request.content.readany()
    body.truncate()  # a compressed body may be shorter than its length says
    return body.getvalue()


def _reserve(body: BytesIO, size: int) -> None:
    """Make room for the whole of a large body: where it grows bit by bit, it may be copied, and is held twice then."""
    written = body.tell()
    body.seek(size - 1)
    body.write(b"\0")
    body.seek(written)


async def read_json(request: web.Request, kind: type[T], *, max_bytes: int = JSON_BYTES) -> T:
    """The body as a value. Raises Problem: 415 for another media type, 400 for what is no JSON, 422 for a field."""
    require_json(request)
    return decode(await read_body(request, max_bytes=max_bytes), kind)


def require_json(request: web.Request) -> None:
    """Raises Problem unless the body says that it is JSON: a form of another site can't send that."""
    if request.content_type != "application/json" and not request.content_type.endswith("+json"):
        raise Problem(Kind.MEDIA_TYPE, "Send JSON, with Content-Type: application/json.")


def decode(body: bytes, kind: type[T]) -> T:
    try:
        return _decoder(kind).decode(body)  # type: ignore[no-any-return]
    except msgspec.ValidationError as exc:
        raise _invalid(exc) from exc
    except RecursionError as exc:
        raise Problem(Kind.MALFORMED, "The JSON is nested too deeply.") from exc
    except ValueError as exc:  # DecodeError, UnicodeDecodeError
        raise Problem(Kind.MALFORMED, f"The body is not JSON in UTF-8: {exc}") from exc


def read_query(request: web.Request, kind: type[T]) -> T:
    """The address's parameters as a value; an empty one counts as absent. Raises Problem (422)."""
    given: dict[str, str] = {}
    known = kind.__struct_encode_fields__
    for name, value in request.query.items():
        if name not in known:
            raise Problem(
                Kind.INVALID,
                f"There is no parameter {_printable(name)}; these are known: {', '.join(known)}.",
                errors={_printable(name): "unknown parameter"},
            )
        if value != "":
            given[name] = checked_text(value, name)
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as exc:
        raise _invalid(exc) from exc
    except OverflowError as exc:
        raise Problem(Kind.INVALID, f"A parameter is out of range: {exc}") from exc


def path_id(request: web.Request, name: str = "id") -> int:
    """A number in the address. Raises Problem (404): what is no id names nothing."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID):
        raise Problem(Kind.NOT_FOUND, f"{_printable(text)} is not an id.")
    return int(text)


def checked_text(text: str, name: str) -> str:
    """Text that a database and an answer can hold. Raises Problem (422) for NUL and lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise Problem(Kind.INVALID, f"{name} is not UTF-8.", errors={name: "not UTF-8"}) from exc
    if "\0" in text:
        raise Problem(Kind.INVALID, f"{name} holds a NUL.", errors={name: "holds a NUL"})
    return text


@cache
def _decoder(kind: type[Any]) -> Any:
    return msgspec.json.Decoder(kind)


def _invalid(exc: msgspec.ValidationError) -> Problem:
    detail, _, place = str(exc).partition(" - at `")
    field = place.rstrip("`").removeprefix("$").removeprefix(".") or "body"
    return Problem(Kind.INVALID, f"{field}: {detail}", errors={field: detail})


def _too_large(max_bytes: int) -> Problem:
    return Problem(Kind.TOO_LARGE, f"At most {max_bytes} bytes are taken here.", closes=True)


def _printable(text: str) -> str:
    return text[:100].encode("ascii", "backslashreplace").decode()
