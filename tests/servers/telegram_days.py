"""Bad days of a Bot API server: what goes wrong with which requests, the same for the same seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

Answer = Callable[[], Awaitable[web.Response]]


class Fault(StrEnum):
    SERVER_ERROR = "5xx before anything is done"
    LOST_ANSWER = "done, then 5xx"
    HTML_PAGE = "a proxy's page"
    TRUNCATED = "done, the body cut off"
    NOT_JSON = "done, the body damaged"
    SLOW = "done, the answer late"
    RESET_BEFORE = "connection reset before anything is done"
    RESET_AFTER = "done, connection reset before the answer"
    TOO_MANY = "429"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDay:
    """`share` of the requests fails, in one of `faults`."""

    seed: int
    share: float
    faults: tuple[Fault, ...] = tuple(Fault)
    slow_s: float = 0.05

    def faults_of(self) -> Callable[[], Fault | None]:
        """The day's sequence: each call says what becomes of the next request."""
        dice = random.Random(self.seed)
        return lambda: dice.choice(self.faults) if dice.random() < self.share else None


async def spoil(fault: Fault, request: web.Request, answer: Answer, *, slow_s: float) -> web.StreamResponse:
    """Answer the request in the way of the fault."""
    match fault:
        case Fault.SERVER_ERROR:
            return _json(502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})
        case Fault.HTML_PAGE:
            return web.Response(status=503, text="<html><h1>Service Unavailable</h1></html>", content_type="text/html")
        case Fault.TOO_MANY:
            return too_many(1)
        case Fault.RESET_BEFORE:
            return _reset(request)
    done = await answer()
    match fault:
        case Fault.LOST_ANSWER:
            return _json(500, {"ok": False, "error_code": 500, "description": "Internal Server Error"})
        case Fault.RESET_AFTER:
            return _reset(request)
        case Fault.NOT_JSON:
            return web.Response(body=bytes(done.body)[:-2] + b"\x00\xff", content_type="application/json")
        case Fault.TRUNCATED:
            return await _truncated(request, bytes(done.body))
    await asyncio.sleep(slow_s)
    return done


def too_many(retry_after_s: int) -> web.Response:
    """429 as the server words it."""
    return _json(
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": f"Too Many Requests: retry after {retry_after_s}",
            "parameters": {"retry_after": retry_after_s},
        },
        {"Retry-After": str(retry_after_s)},
    )


def _json(status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers)


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
