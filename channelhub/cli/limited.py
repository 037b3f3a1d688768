"""Work on many items in child processes of limited time and memory, several at once, answers in the items' order.

Forked, not spawned: a command has one thread, so a child costs milliseconds, and one that died is replaced at once.
"""

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

MEMORY_BYTES = 512 * 1024 * 1024  # on top of what the command itself takes
CPU_S = 2.0  # processor time, so that a busy machine changes no answer
WALL_S = 10.0  # for work that waits instead
AHEAD = 8  # answers that may wait, for each process, until the one before them is there
MAX_WAITING_BYTES = 64 * 1024 * 1024
_DEFECT = 1  # how Python ends after an exception
_OUT_OF_MEMORY = 12
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_FORK = multiprocessing.get_context("fork")

Work = Callable[[str], bytes]


@dataclass(slots=True)
class _Slot:
    """An item in the order of answers. `lost` says why there is no answer."""

    item: str
    answer: bytes | None = None
    lost: str = ""


@dataclass(slots=True)
class _Child:
    process: BaseProcess
    pipe: Connection
    slot: _Slot | None = None
    until_s: float = 0.0


class Crew:
    """Up to `processes` children. `work` runs in them, and must answer every item with bytes."""

    def __init__(self, work: Work, *, processes: int) -> None:
        self._work = work
        self._most = processes
        self._children: list[_Child] = []

    def answers(self, items: Iterable[str]) -> Generator[tuple[str, bytes | None, str], None, None]:
        """(item, answer, "") in the order of `items`, or (item, None, why its child was lost). Never ends early."""
        slots: deque[_Slot] = deque()
        left = iter(items)
        is_more = True
        try:
            while is_more or slots:
                while is_more and self._has_room(slots) and (child := self._free()) is not None:
                    item = next(left, None)
                    if item is None:
                        is_more = False
                        break
                    slots.append(self._give(child, item))
                while slots and (slots[0].answer is not None or slots[0].lost):
                    done = slots.popleft()
                    yield done.item, done.answer, done.lost
                if slots:
                    self._hear()
        finally:
            for child in self._children:
                child.process.kill()
                child.process.join()

    def _has_room(self, slots: deque[_Slot]) -> bool:
        """Whether more may be read ahead. The first slot of all is always worked on."""
        waiting = sum(len(one.answer) for one in slots if one.answer is not None)
        return len(slots) < self._most * AHEAD and (waiting < MAX_WAITING_BYTES or not slots)

    def _free(self) -> _Child | None:
        for child in self._children:
            if child.slot is None:
                return child
        if len(self._children) == self._most:
            return None
        ours, its = _FORK.Pipe()
        process = _FORK.Process(target=_serve, args=(self._work, its), daemon=True)
        process.start()
        its.close()
        self._children.append(_Child(process=process, pipe=ours))
        return self._children[-1]

    def _give(self, child: _Child, item: str) -> _Slot:
        child.slot = _Slot(item)
        child.until_s = time.monotonic() + WALL_S
        with suppress(BrokenPipeError, ConnectionResetError):  # it died idle: heard of like any other death
            child.pipe.send_bytes(os.fsencode(item))
        return child.slot

    def _hear(self) -> None:
        """Wait for an answer, a death, or the end of somebody's time."""
        busy = [child for child in self._children if child.slot is not None]
        if not busy:
            return
        soonest_s = min(child.until_s for child in busy) - time.monotonic()
        ready = wait([child.pipe for child in busy], timeout=max(0.0, soonest_s))
        for child in busy:
            assert child.slot is not None
            if child.pipe in ready:
                try:
                    child.slot.answer = child.pipe.recv_bytes()
                    child.slot = None
                except (EOFError, ConnectionResetError):
                    self._lose(child)
            elif time.monotonic() >= child.until_s:
                child.process.kill()
                self._lose(child, f"reading it took longer than {WALL_S:g} s")

    def _lose(self, child: _Child, why: str = "") -> None:
        child.process.join()
        child.pipe.close()
        self._children.remove(child)
        assert child.slot is not None
        child.slot.lost = why or _why(child.process.exitcode)


def _why(exitcode: int | None) -> str:
    if exitcode == -signal.SIGPROF:
        return f"reading it takes longer than {CPU_S:g} s"
    if exitcode == _OUT_OF_MEMORY:
        return "reading it takes more memory than a parser may use"
    if exitcode == _DEFECT:
        return "the parser failed on it; the traceback stands on standard error"
    return "the parser died on it (a crash, or more memory than it may use)"


def _serve(work: Work, pipe: Connection) -> None:
    """A child's life. Past its processor time the kernel ends it, whatever it is in the middle of."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to handle
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.dup2(2, 1)  # a parser that prints must not spoil the output
    limit = _address_space() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            item = os.fsdecode(pipe.recv_bytes())
        except (EOFError, ConnectionResetError):
            sys.exit(0)
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        try:
            answer = work(item)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send_bytes(answer)
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a kernel file
        return int(statm.read().split()[0]) * resource.getpagesize()
