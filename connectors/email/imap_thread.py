"""One thread for one mailbox: the IMAP library blocks, the event loop must not."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any] | None"]


class OneThread:
    """Runs calls one after another on a thread of its own.

    It is a daemon thread: a name server that doesn't answer can't be interrupted, and must not hold up the exit.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._ended = self._loop.create_future()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, call: Callable[[], T]) -> T:
        """What the call returns or raises. Cancelled, it goes on and its result is dropped."""
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((call, done))
        return await done

    async def end(self, last: Callable[[], None], *, within_s: float) -> None:
        """Call `last` after what is running, then let the thread go; waits for that no longer than `within_s`."""
        self._jobs.put((last, None))
        self._jobs.put(None)
        await asyncio.wait({self._ended}, timeout=within_s)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, done = job
            try:
                result = call()
            except BaseException as exc:  # noqa: BLE001 - raised again where the call is awaited
                self._tell(_fail, done, exc)
            else:
                self._tell(_succeed, done, result)
            del job, call, done
        self._tell(_succeed, self._ended, None)

    def _tell(self, tell: Callable[..., None], done: "asyncio.Future[Any] | None", value: Any) -> None:
        if done is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell, done, value)


def _succeed(done: "asyncio.Future[Any]", result: Any) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: "asyncio.Future[Any]", exc: BaseException) -> None:
    if not done.done():
        done.set_exception(exc)
