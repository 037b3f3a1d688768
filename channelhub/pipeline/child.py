"""One parser child as the service sees it: a process with a pipe and the tasks it hasn't answered."""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable
from pathlib import Path

from channelhub.pipeline.laziness import make_lazy
from channelhub.pipeline.nursery import Newborn, ended
from channelhub.pipeline.wire import (
    HEADER_BYTES,
    MAX_FRAME_BYTES,
    Reading,
    Task,
    WireError,
    decode_reading,
    encode_task,
    frame,
)

BUFFER_BYTES = 1024 * 1024


class Child:
    """Feeds one process and hears its answers, which come in the order of the tasks."""

    def __init__(
        self,
        newborn: Newborn,
        *,
        on_reading: Callable[["Child", Reading], None],
        on_death: Callable[["Child"], None],
    ) -> None:
        self.unanswered: deque[Task] = deque()
        self.working_since_s = 0.0  # loop time at which the first unanswered task became the first
        self._newborn = newborn
        self._looked_at_s = 0.0  # when the current task was first looked at
        self._starved_s = -1.0  # how long the process had waited to run by then; below 0: not looked at yet
        self._on_reading = on_reading
        self._on_death = on_death
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._is_lazy = False
        self._is_ended = False

    @property
    def pid(self) -> int:
        return self._newborn.pid

    async def start(self) -> None:
        """Begin to listen to it."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._newborn.pipe, limit=BUFFER_BYTES)
        self._listener = asyncio.create_task(self._listen(reader), name=f"parser child {self.pid}")

    def give(self, task: Task) -> None:
        assert self._writer is not None
        if not self.unanswered:
            self._begin_next()
        self.unanswered.append(task)
        with contextlib.suppress(ConnectionError, RuntimeError):  # its death is told by the listener
            self._writer.write(frame(encode_task(task)))

    def take_back(self) -> list[Task]:
        """Every task behind the current one. The child may not be given more: it will still answer those."""
        behind = list(self.unanswered)[1:]
        while len(self.unanswered) > 1:
            self.unanswered.pop()
        return behind

    def yield_to_all(self) -> None:
        """From now on it runs where and when it is in nobody's way; that can't be taken back."""
        if self._is_lazy:
            return
        self._is_lazy = True
        make_lazy(self.pid)

    def busy_s(self) -> float:
        """How long it has been at its current task; 0 when it has none."""
        return asyncio.get_running_loop().time() - self.working_since_s if self.unanswered else 0.0

    def looked_at_s(self) -> float:
        """How long it has been at its current task since this was first asked, without the time it waited to run.

        On a busy machine a child may wait for the processor much longer than it works.
        """
        now_s = asyncio.get_running_loop().time()
        if self._starved_s < 0:
            self._starved_s, self._looked_at_s = _starved_s(self.pid), now_s
            return 0.0
        return now_s - self._looked_at_s - (_starved_s(self.pid) - self._starved_s)

    def end(self) -> None:
        """Kill it. From now on nothing is heard of it, nor of its death."""
        if not self._is_ended:
            self._is_ended = True
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._newborn.pidfd, signal.SIGKILL)

    async def wait(self) -> None:
        """Return when it is gone. Call once, after `end`."""
        try:
            if self._listener:
                self._listener.cancel()
            if self._writer:
                self._writer.close()
            await ended(self._newborn.pidfd)
        finally:
            os.close(self._newborn.pidfd)

    def _begin_next(self) -> None:
        self.working_since_s = asyncio.get_running_loop().time()
        self._starved_s = -1.0

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                reading = decode_reading(await _frame(reader))
                if self._is_ended:
                    return
                if not self.unanswered or self.unanswered[0].id != reading.id:
                    raise WireError("a parser child answered what it wasn't asked")
                self.unanswered.popleft()
                self._begin_next()
                self._on_reading(self, reading)
        except (asyncio.IncompleteReadError, ConnectionError, WireError):
            if not self._is_ended:
                self._on_death(self)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(HEADER_BYTES))
    if size > MAX_FRAME_BYTES:
        raise WireError(f"a parser child announced a frame of {size} bytes")
    return await reader.readexactly(size)


def _starved_s(pid: int) -> float:
    """How long a process was ready to run while others did, in seconds (Linux, Documentation/scheduler/sched-stats)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
