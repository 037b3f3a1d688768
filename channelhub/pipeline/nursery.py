"""Where parser children come from: a process without threads that has imported every parser, and forks on request.

A new interpreter with all parsers costs a third of a second of processor time, a fork a few milliseconds. Messages that
kill their parser would otherwise slow everything else down by what it costs to replace it.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.pipeline.wire import BIRTH, LAZY_BIRTH, PID_BYTES, WireError

READY_TIMEOUT_S = 30.0
NICENESS = 5  # taking messages in goes before reading them


@dataclass(frozen=True, slots=True, kw_only=True)
class Newborn:
    """A child that was just forked. `pidfd` names it for good: unlike a pid it is never given to another process."""

    pid: int
    pidfd: int
    pipe: socket.socket

    def drop(self) -> None:
        """Nobody wants it any more."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        os.close(self.pidfd)
        self.pipe.close()


class Nursery:
    """Owns the process that forks. One that died is replaced when the next child is wanted."""

    def __init__(self, *, kinds: Sequence[str]) -> None:
        self._kinds = kinds  # imported before anything is forked; others when their first message comes
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._one_at_a_time = asyncio.Lock()
        self._is_stopping = False

    async def bear(self, *, is_lazy: bool) -> Newborn:
        """A new child; a lazy one runs where and when it is in nobody's way. Raises WireError."""
        birth = asyncio.ensure_future(self._bear(is_lazy=is_lazy))
        try:
            return await asyncio.shield(birth)
        except asyncio.CancelledError:
            birth.add_done_callback(_drop_unwanted)
            raise

    async def stop(self) -> None:
        """End the process; its children die with it."""
        self._is_stopping = True
        self._end()
        async with self._one_at_a_time:  # a birth that is under way ends by itself now
            self._give_up()
            if self._process is not None:
                await self._process.wait()

    async def _bear(self, *, is_lazy: bool) -> Newborn:
        async with self._one_at_a_time:
            if self._is_stopping:
                raise WireError("the parsers are stopping")
            ours, theirs = socket.socketpair()
            try:
                async with asyncio.timeout(READY_TIMEOUT_S):
                    control = self._control or await self._start()
                    socket.send_fds(control, [LAZY_BIRTH if is_lazy else BIRTH], [theirs.fileno()])
                    told, fds = await _received(control)
                if len(told) != PID_BYTES or not fds:
                    raise WireError("no parser child could be forked; the reason stands in the log")
                return Newborn(pid=int.from_bytes(told), pidfd=fds[0], pipe=ours)
            except (OSError, TimeoutError) as exc:
                ours.close()
                self._give_up()
                raise WireError("the parsers didn't come up; the reason stands in the log") from exc
            except BaseException:
                ours.close()
                self._give_up()
                raise
            finally:
                theirs.close()

    async def _start(self) -> socket.socket:
        """Start the process and wait until it has imported the parsers. Raises OSError."""
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setblocking(False)
        self._control = control
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "channelhub.pipeline.parser_child", *self._kinds, stdin=theirs.fileno()
            )
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
        told, _ = await _received(control)
        if not told:
            raise BrokenPipeError("it ended while it started")
        if self._is_stopping:
            raise BrokenPipeError("it is not wanted any more")
        return control

    def _end(self) -> None:
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)  # wakes a birth that waits for its answer
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    def _give_up(self) -> None:
        """The next birth starts another process."""
        self._end()
        if self._control is not None:
            self._control.close()
            self._control = None


async def _received(control: socket.socket) -> tuple[bytes, list[int]]:
    """The next message with the descriptors it brings; empty when the other side has ended."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            told, fds, _, _ = socket.recv_fds(control, 64, 1)
        except BlockingIOError:
            readable: asyncio.Future[None] = loop.create_future()
            loop.add_reader(control.fileno(), _note, readable)
            try:
                await readable
            finally:
                loop.remove_reader(control.fileno())
        else:
            return told, fds


async def ended(pidfd: int) -> None:
    """Return when the process has ended."""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    loop.add_reader(pidfd, _note, readable)
    try:
        await readable
    finally:
        loop.remove_reader(pidfd)


def _note(readable: "asyncio.Future[None]") -> None:
    if not readable.done():
        readable.set_result(None)


def _drop_unwanted(birth: "asyncio.Future[Newborn]") -> None:
    if not birth.cancelled() and birth.exception() is None:
        birth.result().drop()
