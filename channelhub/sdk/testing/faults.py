"""Bad days of a vendor's server: what goes wrong with which requests, the same for the same seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

Answer = Callable[[], Awaitable[web.Response]]

PAGE = "<!doctype html><html><head><title>Service Unavailable</title></head><body><h1>503</h1></body></html>"


class Fault(StrEnum):
    """What becomes of one request."""

    RATE_LIMITED = "429 with Retry-After"
    SERVER_ERROR = "5xx before anything is done"
    LOST_ANSWER = "done, then 5xx"
    HTML_PAGE = "a proxy's page with 503"
    HTML_OK = "a proxy's page with 200"
    TRUNCATED = "done, the body cut off"
    NOT_JSON = "done, the body damaged"
    SLOW = "done, the answer late"
    HANGS = "no answer, the connection stays"
    RESET_BEFORE = "connection reset before anything is done"
    RESET_AFTER = "done, connection reset before the answer"
    UNTRUSTED = "a certificate that nobody trusts"


#: Faults of single requests. A server hangs or shows its certificate to all of them.
OF_REQUESTS = tuple(fault for fault in Fault if fault not in (Fault.HANGS, Fault.UNTRUSTED, Fault.HTML_OK))


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDay:
    """`share` of the requests fails, in one of `faults`."""

    seed: int
    share: float
    faults: tuple[Fault, ...] = OF_REQUESTS
    slow_s: float = 0.05
    retry_after_s: int = 7

    def faults_of(self) -> Callable[[], Fault | None]:
        """The day's sequence: each call says what becomes of the next request."""
        dice = random.Random(self.seed)  # noqa: S311 - a repeatable day, no secret
        return lambda: dice.choice(self.faults) if dice.random() < self.share else None


async def spoil(fault: Fault, request: web.Request, answer: Answer, *, slow_s: float) -> web.StreamResponse:
    """Answer the request in the way of a fault, other than those that each vendor words for itself."""
    match fault:
        case Fault.HTML_PAGE:
            return web.Response(status=503, text=PAGE, content_type="text/html")
        case Fault.HTML_OK:
            return web.Response(text=PAGE, content_type="text/html")
        case Fault.RESET_BEFORE:
            return _reset(request)
        case Fault.HANGS:
            await asyncio.Event().wait()
    done = await answer()
    match fault:
        case Fault.RESET_AFTER:
            return _reset(request)
        case Fault.NOT_JSON:
            return web.Response(body=_bytes(done)[:-2] + b"\x00\xff", content_type="application/json")
        case Fault.TRUNCATED:
            return await _truncated(request, done)
    await asyncio.sleep(slow_s)
    return done


def _bytes(response: web.Response) -> bytes:
    assert isinstance(response.body, bytes | bytearray | None), "a vendor's answer is bytes"
    return bytes(response.body or b"")


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, done: web.Response) -> web.StreamResponse:
    """The length of the whole body, half of it, and the end of the connection."""
    body = _bytes(done) or b"{}"
    response = web.StreamResponse(
        status=done.status, headers={"Content-Type": done.content_type, "Content-Length": str(len(body))}
    )
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
