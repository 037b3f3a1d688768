"""Reading a request's body with bounds on its size and its slowness."""

import asyncio
from io import BytesIO

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from connectors.webform.form import FormError

_GRACE_S = 10.0
_SLOWEST_BYTES_PER_S = 1024  # after the grace; a person on a bad mobile line is faster


class BodyLostError(Exception):
    """The client went away or broke the transfer before the end: there is nobody to answer."""


async def read_body(request: web.Request, max_bytes: int) -> bytes:
    """The whole body. Raises `FormError` 413 (too large), 415 (compressed), 408 (too slow), and `BodyLostError`."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise FormError(415, "Send the body uncompressed.")  # else a few kilobytes unpack to gigabytes
    if (request.content_length or 0) > max_bytes:
        raise FormError(413, f"The post is larger than {max_bytes} bytes.")
    loop = asyncio.get_running_loop()
    started = loop.time()
    body = BytesIO()  # hands its bytes over without a copy
    while True:
        try:
            async with asyncio.timeout_at(started + _GRACE_S + body.tell() / _SLOWEST_BYTES_PER_S):
                chunk = await request.content.readany()
        except TimeoutError as exc:
            raise FormError(408, "The post came too slowly.") from exc
        except (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, ConnectionError) as exc:
            raise BodyLostError(str(exc)) from exc
        if not chunk:
            return body.getvalue()
        body.write(chunk)
        if body.tell() > max_bytes:
            raise FormError(413, f"The post is larger than {max_bytes} bytes.")
