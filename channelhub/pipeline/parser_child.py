"""The process that parser children are forked from, and what such a child does. Stateless, limited, mortal.

Started as `python -m channelhub.pipeline.parser_child KIND…`; stdin is the socket over which children are asked for. It
imports the parsers once and stays without threads, so that forking it is safe. A child reads raw messages from its
socket and writes readings to it. It is killed when it stalls, limits its own memory, and ends when the service ends
(its socket closes, and the kernel sends SIGKILL).
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from typing import BinaryIO, NoReturn

from channelhub.content import lexicon, romanized
from channelhub.pipeline.laziness import make_lazy
from channelhub.pipeline.reading import read, salvage
from channelhub.pipeline.wire import (
    HEADER_BYTES,
    LAZY_BIRTH,
    MAX_FRAME_BYTES,
    PID_BYTES,
    Reading,
    Task,
    decode_task,
    encode_reading,
    frame,
)
from channelhub.plugins import discover
from channelhub.sdk.contract import Plugin

MEMORY_BYTES = 512 * 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    control = _own_control()
    _die_with(os.getppid())
    plugins = discover()
    for kind in sys.argv[1:]:
        plugins.get(kind)  # imported now, not while its first message waits
    lexicon.prepare()  # once for all children, not in each of them
    romanized.prepare()
    gc.collect()
    gc.freeze()  # what the children share is not counted anew in each, which would copy its pages
    control.send(b"ready")
    while True:
        asked, fds, _, _ = socket.recv_fds(control, 16, 1)
        if not asked:
            return
        _reap()
        _bear(control, fds, plugins, is_lazy=asked == LAZY_BIRTH)


def _bear(control: socket.socket, fds: list[int], plugins: Mapping[str, Plugin], *, is_lazy: bool) -> None:
    """Fork a child on the socket that came with the request, and answer with its pid and pidfd."""
    nursery = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        traceback.print_exc()
        os.close(fds[0])
        control.send(b"none")
        return
    if pid == 0:
        control.close()
        _live(socket.socket(fileno=fds[0]), plugins, nursery=nursery, is_lazy=is_lazy)
    os.close(fds[0])
    pidfd = os.pidfd_open(pid)  # of this child for certain: only _reap frees a pid
    socket.send_fds(control, [pid.to_bytes(PID_BYTES)], [pidfd])
    os.close(pidfd)


def _live(pipe: socket.socket, plugins: Mapping[str, Plugin], *, nursery: int, is_lazy: bool) -> NoReturn:
    """A child's whole life. It never returns into what the nursery was at."""
    try:
        _die_with(nursery)
        if is_lazy:
            make_lazy(0)
        _limit_memory()
        with pipe.makefile("rb") as pipe_in, pipe.makefile("wb") as pipe_out:
            while task := _next_task(pipe_in):
                pipe_out.write(frame(_answer(task, plugins)))
                pipe_out.flush()
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the service has ended
    except BaseException:  # noqa: BLE001 - a child's end must not unwind into what its parent was at
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _reap() -> None:
    """Let go of children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(task: Task, plugins: Mapping[str, Plugin]) -> bytes:
    """The reading as bytes; what can't be written down (half a surrogate pair, an endless number) is a failure."""
    try:
        answer = encode_reading(read(task, plugins))
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as exc:
        detail = f"what the parser of {task.kind} returned can't be written down: {type(exc).__name__}"
        return encode_reading(Reading(id=task.id, failure="defect", detail=detail, salvage=salvage(task.raw)))
    if len(answer) > MAX_FRAME_BYTES:
        detail = f"reading it gives {len(answer)} bytes, {MAX_FRAME_BYTES} are taken"
        return encode_reading(Reading(id=task.id, failure="too-large", detail=detail, salvage=salvage(task.raw)))
    return answer


def _own_control() -> socket.socket:
    """Take the socket for ourselves; a parser that prints or reads then meets the log and an empty file."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return control


def _die_with(parent: int) -> None:
    """Be killed when the process that we were started by ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to handle; it closes our pipe
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.getppid() != parent:
        os._exit(0)


def _limit_memory() -> None:
    """512 MiB on top of what the interpreter and the parsers themselves take."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a kernel file
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _next_task(pipe: BinaryIO) -> Task | None:
    header = pipe.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    payload = pipe.read(int.from_bytes(header))
    return decode_task(payload)


if __name__ == "__main__":
    main()
