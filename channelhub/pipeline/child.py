"""One parser child as the service sees it: a process with a pipe and the tasks it hasn't answered."""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence

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

READY_TIMEOUT_S = 30.0
NICENESS = 5  # taking messages in goes before reading them
LAZY_NICENESS = 15


class Child:
    """Feeds one process and hears its answers, which come in the order of the tasks."""

    def __init__(
        self,
        *,
        kinds: Sequence[str],
        on_reading: Callable[["Child", Reading], None],
        on_caught_up: Callable[["Child"], None],
        on_death: Callable[["Child"], None],
    ) -> None:
        self._kinds = kinds
        self.unanswered: deque[Task] = deque()
        self.working_since = 0.0  # loop time at which the first unanswered task became the first
        self.is_alone = False  # whatever else it was given has been handed to others: it has stalled
        self._withdrawn: set[int] = set()
        self._on_reading = on_reading
        self._on_caught_up = on_caught_up
        self._on_death = on_death
        self._process: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_behind(self) -> bool:
        """Whether it still works on tasks that were taken back from it."""
        return bool(self._withdrawn)

    async def start(self, *, is_lazy: bool = False) -> None:
        """Spawn it and wait until it can read. Raises WireError when it doesn't come up."""
        self._process = await self._spawn()
        try:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, LAZY_NICENESS if is_lazy else NICENESS)
            async with asyncio.timeout(READY_TIMEOUT_S):
                await self._frame()
        except (TimeoutError, asyncio.IncompleteReadError) as exc:
            await self.kill()
            raise WireError("a parser child didn't come up; its reason stands in the log") from exc
        except BaseException:
            await self.kill()
            raise
        self._listener = asyncio.create_task(self._listen(), name=f"parser child {self.pid}")

    async def _spawn(self) -> asyncio.subprocess.Process:
        """Start the process; a caller that is cancelled meanwhile leaves none behind."""
        spawning = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "channelhub.pipeline.parser_child",
                *self._kinds,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1024 * 1024,
            )
        )
        try:
            return await asyncio.shield(spawning)
        except asyncio.CancelledError:
            self._process = await spawning
            await self.kill()
            raise

    def give(self, task: Task) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        if not self.unanswered:
            self.working_since = asyncio.get_running_loop().time()
        self.unanswered.append(task)
        with contextlib.suppress(ConnectionError, RuntimeError):  # its death is told by the listener
            self._process.stdin.write(frame(encode_task(task)))

    def withdraw(self) -> list[Task]:
        """Take back every task behind the current one; the child's answers to them will be ignored."""
        behind = list(self.unanswered)[1:]
        while len(self.unanswered) > 1:
            self.unanswered.pop()
        self._withdrawn |= {task.id for task in behind}
        return behind

    async def kill(self) -> None:
        """End it now; its death is not reported."""
        self._end()
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        if self._process is not None:
            await self._process.wait()

    def _end(self) -> None:
        """Without waiting, so that being cancelled can't leave it running."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin:
            self._process.stdin.close()

    async def _listen(self) -> None:
        try:
            while True:
                reading = decode_reading(await self._frame())
                self.working_since = asyncio.get_running_loop().time()
                if self.unanswered and self.unanswered[0].id == reading.id:
                    self.unanswered.popleft()
                    self._on_reading(self, reading)
                elif reading.id in self._withdrawn:
                    self._withdrawn.discard(reading.id)
                    if not self._withdrawn and not self.unanswered:
                        self._on_caught_up(self)
                else:
                    raise WireError("a parser child answered what it wasn't asked")
        except (asyncio.IncompleteReadError, ConnectionError, WireError):
            self._on_death(self)

    async def _frame(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        size = int.from_bytes(await self._process.stdout.readexactly(HEADER_BYTES))
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a parser child announced a frame of {size} bytes")
        return await self._process.stdout.readexactly(size)
