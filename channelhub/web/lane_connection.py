"""A connection that lets plain posted messages go the short way, one at a time and in order."""

from typing import Any, cast

from channelhub.web.connection import GuardedConnection
from channelhub.web.lane import MAX_BYTES, Familiar, Head, IntakeLane

MAX_BEHIND_BYTES = 64 * 1024  # read while a message is on the short way; beyond it the client waits


class LaneConnection(GuardedConnection):
    """Requests are parsed by the library, unless their head repeats the last one's to the byte. While one is on the
    short way the library's loop of requests sleeps, so answers keep the order of requests."""

    __slots__ = ("_behind", "_behind_bytes", "_familiar", "_is_between", "_is_in_lane", "_lane", "_taken")

    def __init__(self, manager: Any, *, lane: IntakeLane, **options: Any) -> None:
        super().__init__(manager, **options)
        self._lane = lane
        self._is_in_lane = False
        self._taken = b""  # the request on the short way, where the library hasn't seen it
        self._behind: list[bytes] = []
        self._behind_bytes = 0
        self._is_between = True  # the library's parser has seen whole requests only, as far as we know
        self._familiar: Familiar | None = None  # of the last request, while that holds

    def data_received(self, data: bytes) -> None:
        if self._taken:
            self._hold(data)
        elif self._familiar is None or not self._take_familiar(data, self._familiar):
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        self._familiar = None
        waiting, known = self._waiter, len(self._messages)
        self._waiter = None  # the library's loop shall not wake before we looked at what came
        super().data_received(data)
        self._waiter = waiting
        self._is_between = self._is_between and self._ends_between(data, known)
        if waiting is not None and self._messages and not self._is_in_lane and not self._take_parsed(data):
            self._go_long_way()

    def _take_familiar(self, data: bytes, familiar: Familiar) -> bool:
        body = familiar.body_of(data) if self._is_idle() and self._is_open() else None
        if body is None or not self._take(familiar.authorization, body):
            return False
        self._taken = data
        return True

    def _take_parsed(self, data: bytes) -> bool:
        """Whether the one request that is here went to the lane. It stays first in the queue until it is answered."""
        head, payload = self._messages[0]
        if len(self._messages) > 1 or not payload.is_eof() or not 0 < payload.total_bytes <= MAX_BYTES:
            return False
        authorization = self._lane.authorization(cast("Head", head))
        if authorization is None or not self._is_open():
            return False
        body = b"".join(payload._buffer)  # noqa: SLF001 - read without taking, so that the long way finds it too
        if not self._take(authorization, body):
            return False
        if self._is_between:
            self._familiar = Familiar.learn(data, body, authorization)
        return True

    def _ends_between(self, data: bytes, known: int) -> bool:
        """Whether the bytes, which began between two requests, were one whole request and nothing else. The library
        asks its parser without any, too, for what it may hold back: between two requests that is nothing."""
        if not data:
            return len(self._messages) == known
        if len(self._messages) != known + 1 or self._upgraded:
            return False
        head, payload = self._messages[-1]
        _, blank, rest = data.partition(b"\r\n\r\n")
        is_framed_by_length = not getattr(head, "chunked", True)  # what could not be parsed has no framing
        return blank != b"" and is_framed_by_length and payload.is_eof() and len(rest) == payload.total_bytes

    def _take(self, authorization: str, body: bytes) -> bool:
        assert self._peer is not None
        self._is_in_lane = self._lane.take(authorization, body, peer=self._peer, then=self._leave_lane)
        self._request_in_progress = self._is_in_lane
        return self._is_in_lane

    def _is_idle(self) -> bool:
        is_waiting = self._waiter is not None and not self._waiter.done()
        return is_waiting and not self._messages

    def _is_open(self) -> bool:
        return self._peer is not None and not self._paused and not self._force_close and not self._close

    def _leave_lane(self, answer: bytes | None) -> None:
        self._is_in_lane = self._request_in_progress = False
        taken, self._taken = self._taken, b""
        if self.transport is not None and self._parser is not None:
            if answer is None and taken:
                self._parse_again(taken)
            elif answer is not None:
                self._answer(answer, is_parsed=not taken)
            self._let_follow()
            if self._messages and not self._is_in_lane:
                self._go_long_way()
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)

    def _answer(self, answer: bytes, *, is_parsed: bool) -> None:
        self.transport.write(answer)  # type: ignore[union-attr]  # looked at by the caller
        if is_parsed:
            self._messages.popleft()
            self._parser.message_consumed()  # type: ignore[union-attr]
        self._stay_open()

    def _parse_again(self, taken: bytes) -> None:
        """Give the library the whole request that the short way could not finish, and let its loop answer."""
        waiting, self._waiter = self._waiter, None
        super().data_received(taken)
        self._waiter = waiting

    def _hold(self, data: bytes) -> None:
        """What follows a request that the library hasn't seen waits, so that it is parsed after it if need be."""
        self._behind.append(data)
        self._behind_bytes += len(data)
        if self._behind_bytes > MAX_BEHIND_BYTES and self.transport is not None:
            self.transport.pause_reading()

    def _let_follow(self) -> None:
        if self._behind and self.transport is not None:
            behind, self._behind, self._behind_bytes = b"".join(self._behind), [], 0
            self.transport.resume_reading()
            self.data_received(behind)

    def _go_long_way(self) -> None:
        """Let the library's loop answer what is queued."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _process_keepalive(self) -> None:
        if self._is_in_lane:  # to the library it looks idle
            self._next_keepalive_close_time = self._loop.time() + self.keepalive_timeout
        super()._process_keepalive()

    def _stay_open(self) -> None:
        """As the library after each answer: an idle connection ends after its time for keeping alive."""
        self._keepalive = True
        self._next_keepalive_close_time = self._loop.time() + self.keepalive_timeout
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(self._next_keepalive_close_time, self._process_keepalive)
