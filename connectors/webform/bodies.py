"""The bytes of posts: which are many, what of a refused one is read all the same, and where they are gone through."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar

from aiohttp import ClientPayloadError, web

P = ParamSpec("P")
T = TypeVar("T")

_LARGE_BODY_BYTES: Final = 256 * 1024  # from here on a thread reads them, so that the loop stays free
BEGINNING_BYTES: Final = 256 * 1024  # of a post that isn't taken: what was typed stands there
_BEGINNING_S: Final = 5.0


def is_large(request: web.Request) -> bool:
    """Whether it has files, and may have many bytes of them."""
    length = request.content_length
    return request.content_type == "multipart/form-data" and (length is None or length > _LARGE_BODY_BYTES)


async def beginning(request: web.Request, most: int) -> bytes:
    """The first bytes of the body; of `most` that are read no more is held. What came in time is what there is."""
    kept = bytearray()
    read = 0
    with suppress(TimeoutError, web.RequestPayloadError, ClientPayloadError, ConnectionError):
        async with asyncio.timeout(_BEGINNING_S):
            while read < most and (piece := await request.content.readany()):
                read += len(piece)
                kept += piece[: BEGINNING_BYTES - len(kept)]
    return bytes(kept)


async def apart(size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The function's result, worked out on a thread when there are many bytes to go through."""
    if size < _LARGE_BODY_BYTES:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)
