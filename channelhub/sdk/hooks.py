"""What a connector with an address of its own needs: bounded reading, storing, and refusals as problem documents.

A handler raises `Refused` wherever it must not go on; `answers_refusals` makes the answer of it. The comparisons are in
`channelhub.sdk.proof`.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from io import BytesIO
from typing import Final, TypeVar

import msgspec
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Deliver, Receipt
from channelhub.sdk.errors import NotCommitted

S = TypeVar("S")

MEDIA_TYPE: Final = "application/problem+json"
MOST_AT_ONCE_BYTES: Final = 64 * 2**20  # of all bodies of an account that are being read
GRACE_S: Final = 10.0
SLOWEST_BYTES_PER_S: Final = 1024  # after the grace; a person on a bad mobile line is faster


class Refused(Exception):
    """The request is refused. `errors` names faulty fields, `retry_after_s` says when to come again."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})
        self.retry_after_s = retry_after_s


def problem(refused: Refused) -> web.Response:
    """The answer to a refused request: a problem document (RFC 9457)."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.detail,
    }
    if refused.errors:
        document["errors"] = refused.errors
    return web.Response(
        status=refused.status,
        body=msgspec.json.encode(document),
        content_type=MEDIA_TYPE,
        headers={**refused.headers, **retry_header(refused.retry_after_s)},
    )


def retry_header(retry_after_s: float | None) -> dict[str, str]:
    """`Retry-After` in whole seconds, at least one; nothing for None."""
    return {} if retry_after_s is None else {"Retry-After": str(max(1, math.ceil(retry_after_s)))}


def answers_refusals(
    handler: Callable[[S, web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[S, web.Request], Awaitable[web.StreamResponse]]:
    """The same handler, a method; what it raises as `Refused` is answered with its problem document."""

    @wraps(handler)
    async def handle(self: S, request: web.Request, /) -> web.StreamResponse:
        try:
            return await handler(self, request)
        except Refused as refused:
            return problem(refused)

    return handle


def require_method(request: web.Request, *methods: str) -> None:
    """Raises Refused (405) for any other method, with `Allow`."""
    if request.method not in methods:
        raise Refused(405, f"{' or '.join(methods)} is taken here.", headers={"Allow": ", ".join(methods)})


def require_media_type(request: web.Request, *media_types: str) -> None:
    """Raises Refused (415) unless the body says that it is one of these, whatever its parameters.

    `application/json` also stands for every `…+json` (RFC 6839). For vendors that surely send what they document: one
    that changes its Content-Type must not lose messages, so most hooks rather store what came and let `parse` judge.
    """
    given = request.content_type.lower()
    is_json = given.endswith("+json") and "application/json" in media_types
    if given not in media_types and not is_json:
        raise Refused(415, f"Send it as {' or '.join(media_types)}.", headers={"Accept": ", ".join(media_types)})


class BodyReader:
    """Reads the bodies of an account's requests, within bounds on size, slowness and the memory of all at once."""

    def __init__(self, max_bytes: int, *, most_at_once_bytes: int = MOST_AT_ONCE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._most_at_once_bytes = max(most_at_once_bytes, max_bytes)
        self._reserved_bytes = 0

    async def read(self, request: web.Request) -> bytes:
        """The whole body as it was sent.

        Raises Refused: 413 (too large, known by its length or on the way), 415 (compressed), 408 (too slow), 503 (too
        many at once) and 400 (it broke off). No more than the bound is held.
        """
        with self._room_for(request):
            started, body = asyncio.get_running_loop().time(), BytesIO()  # hands its bytes over without a copy
            while chunk := await self._next(request, started, body.tell()):
                body.write(chunk)
            return body.getvalue()

    async def read_into(self, request: web.Request, write: Callable[[bytes], Awaitable[None]]) -> None:
        """The same piece by piece, for a body that isn't held. That `write` raises NotCommitted is a Refused (503)."""
        with self._room_for(request):
            started, size = asyncio.get_running_loop().time(), 0
            while chunk := await self._next(request, started, size):
                size += len(chunk)
                try:
                    await write(chunk)
                except NotCommitted as exc:
                    raise not_stored(exc) from exc

    @contextmanager
    def _room_for(self, request: web.Request) -> Iterator[None]:
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise Refused(415, "Send the body uncompressed.")  # else a few kilobytes unpack to gigabytes
        if (request.content_length or 0) > self._max_bytes:
            raise self._too_large()
        reserved = request.content_length or self._max_bytes
        if self._reserved_bytes + reserved > self._most_at_once_bytes:
            raise Refused(503, "Too many posts at once.", retry_after_s=5)
        self._reserved_bytes += reserved
        try:
            yield
        finally:
            self._reserved_bytes -= reserved

    async def _next(self, request: web.Request, started: float, size: int) -> bytes:
        """The piece after `size` bytes; empty at the end."""
        try:
            async with asyncio.timeout_at(started + GRACE_S + size / SLOWEST_BYTES_PER_S):
                chunk = await request.content.readany()
        except TimeoutError as exc:
            raise Refused(408, "The post came too slowly.") from exc
        except (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, ConnectionError) as exc:
            raise Refused(400, "The post broke off.") from exc
        if size + len(chunk) > self._max_bytes:
            raise self._too_large()
        return chunk

    def _too_large(self) -> Refused:
        return Refused(413, f"The post is larger than {self._max_bytes} bytes.")


async def store(deliver: Deliver | None, raws: Sequence[RawMessage]) -> Sequence[Receipt]:
    """Commit the messages; only on the line after may the channel be told that they are received.

    `deliver` is None while the account doesn't run. Raises Refused (503, with `Retry-After`) when nothing is stored.
    """
    if deliver is None:
        raise Refused(503, "This account is not taking posts now.", retry_after_s=5)
    try:
        return await deliver(raws)
    except NotCommitted as exc:
        raise not_stored(exc) from exc


def not_stored(exc: NotCommitted) -> Refused:
    """How a request hears of it."""
    return Refused(503, f"Not stored: {exc}", retry_after_s=exc.retry_after_s)
