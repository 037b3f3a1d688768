"""Stored files as answers: verified first, sent piece by piece, inert in every browser."""

import asyncio
import os
from collections.abc import Mapping
from typing import IO, Literal
from urllib.parse import quote

from aiohttp import web

from channelhub.store.blobs import BlobMissing
from channelhub.web.headers import ATTACHMENT_POLICY
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem

PIECE_BYTES = 256 * 1024


def download_headers(
    filename: str, content_type: str, *, shown: Literal["attachment", "inline"] = "attachment"
) -> dict[str, str]:
    """Headers of a stranger's bytes under a name (RFC 6266). `inline`: where the caller knows that its type does no
    harm in a browser; scripts don't run and nothing is loaded then either."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in filename)
    name = quote(filename.encode("utf-8", "replace")[:240], safe="") or "file"
    return {
        "Content-Type": content_type,
        "Content-Disposition": f"{shown}; filename=\"{plain[:120] or 'file'}\"; filename*=UTF-8''{name}",
        "Content-Security-Policy": ATTACHMENT_POLICY,
    }


async def send_stored(
    request: web.Request, name: str, headers: Mapping[str, str], *, longest_s: float | None = None
) -> web.StreamResponse:
    """A stored file by its digest; to HEAD its headers only. Raises Problem (503) for one that is gone or damaged.

    Who doesn't take it within `longest_s` loses the connection (ConnectionError).
    """
    parts = request.app[PARTS]
    try:
        file = await asyncio.to_thread(parts.store.blobs.open, name)
    except BlobMissing as exc:
        raise unreadable(parts, name) from exc
    with file:
        try:
            async with asyncio.timeout(longest_s):
                return await _send(request, file, headers)
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("a file was taken too slowly") from None


async def _send(request: web.Request, file: IO[bytes], headers: Mapping[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    response.content_length = os.fstat(file.fileno()).st_size
    await response.prepare(request)
    while request.method != "HEAD" and (piece := await asyncio.to_thread(file.read, PIECE_BYTES)):
        await response.write(piece)
    await response.write_eof()
    return response


def unreadable(parts: WebParts, name: str) -> Problem:
    """What is answered for a stored file that can't be read, which the log tells the operator."""
    parts.log.error("blob.missing", blob=name)
    return Problem(Kind.UNAVAILABLE, "The stored file can't be read; the operator was told.")
