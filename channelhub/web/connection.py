"""A connection with deadlines. aiohttp alone waits for ever for a header or a body, and for a client that won't read.

Bounds: a request's header within `header_s`; a body at `body_bytes_per_s` after `body_grace_s`, and whole within
`body_s`; an unread answer must move within `stall_s`; open connections are capped in all and for each remote peer.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import msgspec
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import LineTooLong

from channelhub.web import problems
from channelhub.web.headers import secure
from channelhub.web.problems import Kind, Problem

TICK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds and bytes a second; the defaults are what the documentation promises."""

    header_s: float = 10.0
    keepalive_s: float = 75.0
    body_grace_s: float = 10.0
    body_bytes_per_s: float = 1024.0
    body_s: float = 300.0
    stall_s: float = 30.0


@dataclass(slots=True)
class Gate:
    """Counts open connections. A peer other than this machine or a trusted proxy has at most `max_per_peer`."""

    max_connections: int
    max_per_peer: int
    is_unlimited: Callable[[str], bool]
    open: int = 0
    refused: int = 0
    by_peer: Counter[str] = field(default_factory=Counter)

    def enter(self, peer: str) -> bool:
        """Whether there is room; if so it is taken until `leave`."""
        is_crowd = not self.is_unlimited(peer) and self.by_peer[peer] >= self.max_per_peer
        if self.open >= self.max_connections or is_crowd:
            self.refused += 1
            return False
        self.open += 1
        self.by_peer[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self.open -= 1
        self.by_peer[peer] -= 1
        if not self.by_peer[peer]:
            del self.by_peer[peer]


class BodyTooSlow(Exception):
    """The body stays below the promised rate: what waits for it is told instead."""


class GuardedConnection(web.RequestHandler):
    """One client's connection: aiohttp's, with the bounds above."""

    __slots__ = (
        "_arrived",
        "_began",
        "_deadlines",
        "_gate",
        "_gone",
        "_header_timer",
        "_peer",
        "_stall_timer",
        "_upload_timer",
    )

    def __init__(self, manager: Any, *, gate: Gate, deadlines: Deadlines, **options: Any) -> None:
        super().__init__(manager, keepalive_timeout=deadlines.keepalive_s, auto_decompress=False, **options)
        self._gate = gate
        self._deadlines = deadlines
        self._peer: str | None = None
        self._header_timer: asyncio.TimerHandle | None = None
        self._upload_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None
        self._gone: asyncio.Future[None] | None = None  # awaited while the client may still read its last answer
        self._arrived = 0
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)
        address = stream.get_extra_info("peername")
        peer = str(address[0]) if isinstance(address, tuple) else ""
        if not self._gate.enter(peer):
            self._force_close = True
            self._manager = None
            stream.write(_bare_answer(Kind.UNAVAILABLE, "Too many connections are open."))
            stream.close()
            return
        self._peer = peer
        _bound_unacknowledged(stream, self._deadlines.stall_s)
        super().connection_made(transport)
        self._await_header()

    def connection_lost(self, exc: BaseException | None) -> None:
        for timer in (self._header_timer, self._upload_timer, self._stall_timer):
            if timer is not None:
                timer.cancel()
        self._header_timer = self._upload_timer = self._stall_timer = None
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        if self._peer is not None:
            self._gate.leave(self._peer)
            self._peer = None
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._force_close or self._close:
            return
        known = self._request_count
        self._arrived += len(data)
        super().data_received(data)
        if self._request_count != known:
            self._stop_awaiting_header()
            self._watch_upload()
        elif data and self._upload_timer is None and not self._upgraded:
            self._await_header()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._arm_stall()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - the library's signature; it may quote the client's bytes
    ) -> web.StreamResponse:
        """Answer what never reached a handler: bytes that are no HTTP, or a defect before the handler."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun, so no other can be sent")
        if isinstance(exc, LineTooLong):
            problem = problems.Problem(problems.Kind.HEADERS_TOO_LARGE, "A header or the address is too long.")
        elif status < 500:
            problem = problems.Problem(problems.Kind.MALFORMED, "This is not an HTTP request as RFC 9112 has it.")
        elif isinstance(exc, ConnectionError) and (self.transport is None or self.transport.is_closing()):
            problem = problems.Problem(problems.Kind.MALFORMED, "The request broke off.")  # nobody reads it
        else:
            self.logger.error("http.failed", exc_info=exc)
            problem = problems.Problem(problems.Kind.INTERNAL, "The request failed before it was handled.")
        problem.closes = True
        answer = problems.response(problem)
        secure(answer.headers)
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer; what the library refuses by itself becomes a problem document first."""
        if isinstance(resp, web.HTTPException) and resp.status >= 400:
            resp = problems.from_http(resp)
        finished = await super().finish_response(request, resp, start_time)
        if isinstance(request.content.exception(), BodyTooSlow):
            await self._close_lingering(request.content)
        return finished

    async def _close_lingering(self, unread: StreamReader) -> None:
        """Say that nothing more comes and drop what the client still sends: a socket closed over unread bytes is reset,
        and the answer may be lost with it (RFC 9112, 9.6)."""
        unread.feed_eof()  # or the library goes on reading it
        if self.transport is None or not self.transport.can_write_eof():
            return
        self.transport.write_eof()
        self._gone = self._loop.create_future()
        await asyncio.wait([self._gone], timeout=self._lingering_time)

    def _await_header(self) -> None:
        if self._header_timer is None:
            self._header_timer = self._loop.call_later(self._deadlines.header_s, self._header_late)

    def _stop_awaiting_header(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _header_late(self) -> None:
        self._header_timer = None
        if self.transport is None or self._request_in_progress or self._messages:
            return
        self.transport.write(_bare_answer(Kind.TIMEOUT, "The header came too slowly."))
        self.force_close()

    def _watch_upload(self) -> None:
        """Follow the body of the newest request until it is whole."""
        if self._upload_timer is not None:
            self._upload_timer.cancel()
            self._upload_timer = None
        payload = self._messages[-1][1] if self._messages else None
        if payload is not None and not payload.is_eof():
            self._began, self._arrived = self._loop.time(), 0
            self._upload_timer = self._loop.call_later(TICK_S, self._check_upload, payload)

    def _check_upload(self, payload: Any) -> None:
        self._upload_timer = None
        if payload.is_eof() or payload.exception() is not None or self.transport is None:
            return
        took_s = self._loop.time() - self._began
        limits = self._deadlines
        expected = (took_s - limits.body_grace_s) * limits.body_bytes_per_s
        is_ours_to_read = self._reading_paused or self._buffer_paused
        if not is_ours_to_read and (self._arrived < expected or took_s > limits.body_s):
            payload.set_exception(BodyTooSlow("The body came too slowly."))
            self.close()
            return
        self._upload_timer = self._loop.call_later(TICK_S, self._check_upload, payload)

    def _arm_stall(self) -> None:
        if self.transport is not None:
            unread = self.transport.get_write_buffer_size()
            self._stall_timer = self._loop.call_later(self._deadlines.stall_s, self._check_stall, unread)

    def _check_stall(self, unread_before: int) -> None:
        self._stall_timer = None
        if self.transport is None:
            return
        if self.transport.get_write_buffer_size() >= unread_before:
            self.transport.abort()
        else:
            self._arm_stall()


def _bound_unacknowledged(transport: asyncio.Transport, seconds: float) -> None:
    """Let the kernel drop a connection whose peer acknowledges nothing (RFC 5482); nothing is done where it can't."""
    raw = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if raw is not None and option is not None and raw.family in (socket.AF_INET, socket.AF_INET6):
        raw.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1000))


def _bare_answer(kind: Kind, detail: str) -> bytes:
    """A problem for a request that the library never saw."""
    body = msgspec.json.encode(problems.document(Problem(kind, detail)))
    head = (
        f"HTTP/1.1 {kind.status} {HTTPStatus(kind.status).phrase}\r\nContent-Type: {problems.MEDIA_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
