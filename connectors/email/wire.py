"""One SMTP connection below its commands: bounded buffers, coalesced replies, one deadline, flow control, TLS.

`aiosmtpd` reads line by line through a stream, restarts a timer and sends a packet per reply, and leaves the length
of a line, the number of commands and the life of a connection open. This layer replaces its input and output and
keeps its state, dispatch table and simple commands.
"""

import asyncio
import ssl
from typing import Protocol, cast

from aiosmtpd.smtp import SMTP

#: Input held before the commands ask for it, bytes; above it we stop reading from the socket.
HIGH_WATER_BYTES = 256 * 1024
#: RFC 5321 §4.5.3.1.4 asks for 512; extensions and long variable return paths need more.
MAX_COMMAND_BYTES = 2048
#: A command that goes on this long is no mistake: hang up.
MAX_SKIPPED_BYTES = 64 * 1024
_FLUSH_BYTES = 16 * 1024
_LINGER_S = 5.0  # how long a peer may take to read our last words
_NEVER = float("inf")


class Gate(Protocol):
    """Who counts the connections."""

    def admit(self, wire: "Wire") -> str:
        """Called first on a new connection. Returns the reply that refuses it, or nothing."""

    def leave(self, wire: "Wire") -> None:
        """Called when the connection is gone, admitted or not, perhaps twice."""


class Wire(SMTP):
    """The protocol object of one connection. A subclass replaces `_handle_client`, using `_next_line` and `_wait`."""

    def __init__(self, gate: Gate, *, hostname: str, tls_context: ssl.SSLContext | None = None) -> None:
        super().__init__(
            None,
            hostname=hostname,
            enable_SMTPUTF8=True,
            tls_context=tls_context,
            loop=asyncio.get_running_loop(),
        )
        self._gate = gate
        self._inbox = bytearray()
        self._outbox = bytearray()
        self._input_ready: asyncio.Future[None] | None = None
        self._output_ready: asyncio.Future[None] | None = None
        self._is_reading_paused = False
        self._has_ended = False  # the peer sends nothing more
        self._is_closing = False
        self._skipped_bytes = 0
        self._deadline_s = _NEVER
        self._timer: asyncio.TimerHandle | None = None
        self._tick_s = _NEVER
        self.peer_host = ""
        self.is_tls = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet and start reading commands, unless the gate refuses."""
        self.transport = transport
        self._forget_mail()
        self.session = self._create_session()
        peer = transport.get_extra_info("peername")
        self.session.peer = peer
        self.peer_host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        refusal = self._gate.admit(self)
        if refusal:
            self._hang_up(refusal)
            return
        self._handler_coroutine = self.loop.create_task(self._handle_client())

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the connection. A mail that is being stored is stored to its end: its sender will only repeat it."""
        self.transport = None
        self._has_ended = True
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._wake()
        self.resume_writing()
        self._gate.leave(self)

    def data_received(self, data: bytes) -> None:
        self._inbox += data
        if len(self._inbox) > HIGH_WATER_BYTES and not self._is_reading_paused and self.transport is not None:
            self._is_reading_paused = True
            cast("asyncio.Transport", self.transport).pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """What was sent before the end is still answered."""
        self._has_ended = True
        self._wake()
        return not self.is_tls

    def pause_writing(self) -> None:
        if self._output_ready is None:
            self._output_ready = self.loop.create_future()

    def resume_writing(self) -> None:
        waiting, self._output_ready = self._output_ready, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _forget_mail(self) -> None:
        self.envelope = self._create_envelope()

    # Input.

    def _next_line(self) -> bytes | None:
        """Take the next command line without its line end; None: it hasn't arrived whole. Bare LF ends one, too."""
        end = self._inbox.find(b"\n")
        if end < 0:
            if len(self._inbox) > MAX_COMMAND_BYTES:
                self._skipped_bytes += len(self._inbox)
                self._inbox.clear()
                if self._skipped_bytes > MAX_SKIPPED_BYTES:
                    self._hang_up("421 4.7.0 Command line too long")
            return None
        line = bytes(self._inbox[:end])
        del self._inbox[: end + 1]
        return line[:-1] if line.endswith(b"\r") else line

    def _take_all(self) -> bytes:
        """Take whatever has arrived."""
        chunk = bytes(self._inbox)
        self._inbox.clear()
        return chunk

    def _put_back(self, rest: bytes) -> None:
        """Return what followed the end of a mail: pipelined commands."""
        self._inbox[:0] = rest

    async def _wait(self) -> bool:
        """Send what is due and wait for input. False: none will come."""
        await self._flush()
        if self._has_ended or self._is_closing:
            return False
        if self._is_reading_paused and self.transport is not None:
            self._is_reading_paused = False
            cast("asyncio.Transport", self.transport).resume_reading()
        self._input_ready = self.loop.create_future()
        await self._input_ready
        return bool(self._inbox) or not self._has_ended

    def _wake(self) -> None:
        waiting, self._input_ready = self._input_ready, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    # Output.

    async def push(self, status: str | bytes) -> None:
        """Queue a reply. Replies to pipelined commands leave in one packet (RFC 2920 §3.2)."""
        self._outbox += status if isinstance(status, bytes) else status.encode("utf-8", "replace")
        self._outbox += b"\r\n"
        if len(self._outbox) > _FLUSH_BYTES:
            await self._flush()

    async def _flush(self) -> None:
        """Send the queued replies; waits while the peer doesn't read them (the deadline goes on)."""
        self._send_queued()
        if self._output_ready is not None:
            await self._output_ready

    def _send_queued(self) -> None:
        if self._outbox and self.transport is not None:
            cast("asyncio.Transport", self.transport).write(bytes(self._outbox))
        self._outbox.clear()

    def _hang_up(self, reply: str = "") -> None:
        """Say `reply` after what is queued, and close. Safe to call twice."""
        if reply and not self._is_closing:
            self._outbox += reply.encode() + b"\r\n"
        self._is_closing = True
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is not None and not transport.is_closing():
            self._send_queued()
            transport.close()
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self.loop.call_later(_LINGER_S, transport.abort)
        self._wake()

    def abort(self) -> None:
        """Cut the connection without a word."""
        transport = cast("asyncio.Transport | None", self.transport)
        self._is_closing = True
        if transport is not None:
            transport.abort()

    # The deadline.

    def _arm(self, tick_s: float) -> None:
        """Start watching the deadline, `tick_s` apart: it may be late by that much, and never restarts a timer."""
        self._tick_s = tick_s
        self._timer = self.loop.call_later(tick_s, self._on_tick)

    def _on_tick(self) -> None:
        left_s = self._deadline_s - self.loop.time()
        if left_s <= 0:
            self._hang_up("421 4.4.2 Too slow, closing the connection")
            return
        self._timer = self.loop.call_later(min(left_s, self._tick_s), self._on_tick)

    # TLS.

    async def _start_tls(self) -> bool:
        """Encrypt from here on (RFC 3207). False: the handshake failed and the connection is gone."""
        plain = cast("asyncio.Transport", self.transport)
        assert self.tls_context is not None
        try:
            # Switches the protocol before it first waits, so nothing sent in clear can slip in after this line.
            encrypted = await self.loop.start_tls(
                plain, self, self.tls_context, server_side=True, ssl_handshake_timeout=min(30.0, self._tick_s)
            )
        except OSError:  # ssl.SSLError is one
            encrypted = None
        if encrypted is None or self._is_closing:
            plain.abort()
            self.connection_lost(None)  # before the handshake is over nobody else tells us
            return False
        self.transport = encrypted
        self.is_tls = True
        self._forget_mail()  # RFC 3207 §4.2: nothing known in clear is kept
        self.session = self._create_session()
        self.session.ssl = {"sslcontext": self.tls_context}
        return True
