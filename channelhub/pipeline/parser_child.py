"""A parser child: reads raw messages from stdin, writes readings to stdout. Stateless, limited, mortal.

Started as `python -m channelhub.pipeline.parser_child KIND…`, never forked. It is killed when it stalls, limits its own
memory, and ends when the service ends (its pipe closes, and the kernel sends SIGKILL).
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import BinaryIO

from channelhub.pipeline.reading import read, salvage
from channelhub.pipeline.wire import HEADER_BYTES, MAX_FRAME_BYTES, Reading, Task, decode_task, encode_reading, frame
from channelhub.plugins import discover
from channelhub.sdk.contract import Plugin

MEMORY_BYTES = 512 * 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    pipe_in, pipe_out = _own_pipes()
    _die_with_parent()
    plugins = discover()
    for kind in sys.argv[1:]:
        plugins.get(kind)  # imported now, not while its first message waits
    _limit_memory()
    pipe_out.write(frame(b""))
    pipe_out.flush()
    while task := _next_task(pipe_in):
        pipe_out.write(frame(_answer(task, plugins)))
        pipe_out.flush()


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


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for ourselves, so that a parser that prints can't spoil a frame."""
    pipe_in, pipe_out = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    return os.fdopen(pipe_in, "rb"), os.fdopen(pipe_out, "wb")


def _die_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to handle; it closes our pipe
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.getppid() != parent:
        sys.exit(0)


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
