"""Starts servers as processes of their own, waits until they answer, and ends exactly those."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_S = 20.0
RESULT_S = 60.0
IDLE_S = 0.3
IDLE_SHARE = 0.15  # of one core


class BenchError(Exception):
    """A measurement can't be taken; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server with the port it listens on."""

    process: "subprocess.Popen[bytes]"
    port: int


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def python(module: str, *arguments: object) -> list[str]:
    """The command line of one of our modules."""
    return [sys.executable, "-m", module, *(str(one) for one in arguments)]


def own_environment(**further: str) -> dict[str, str]:
    """Ours, with the project importable whatever the working directory."""
    root = str(Path(__file__).resolve().parent.parent)
    paths = [further.pop("PYTHONPATH", ""), root, os.environ.get("PYTHONPATH", "")]
    return {**os.environ, **further, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


@contextlib.contextmanager
def server(command: list[str], *, port: int, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a server until the block ends; then it is killed, since nothing it holds is wanted any more.

    It gets a process group of its own, but no session: Linux shares the processor out between sessions first
    (sched(7), autogroup), so a hub's idle children would take it from the load generator.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, process_group=0
        )
    try:
        _wait_until_listening(process, port, log)
        yield Server(process=process, port=port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the server and its children
        process.wait()


def wait_until_idle(group_id: int) -> None:
    """Return when a process group has used next to no processor time for a while, or after `START_S`."""
    ticks_s = 1 / os.sysconf("SC_CLK_TCK")
    deadline_s = time.monotonic() + START_S
    used_s = _used_s(group_id, ticks_s)
    while time.monotonic() < deadline_s:
        time.sleep(IDLE_S)
        before_s, used_s = used_s, _used_s(group_id, ticks_s)
        if used_s - before_s < IDLE_S * IDLE_SHARE:
            return


def _used_s(group_id: int, ticks_s: float) -> float:
    """Processor seconds that the processes of a process group have used (proc(5), stat)."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[2]) == group_id:
                used += int(fields[11]) + int(fields[12])
    return used * ticks_s


def result_of(command: list[str]) -> dict[str, Any]:
    """Run a generator to its end; the JSON object of its last line. Raises BenchError with what it complained of."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=RESULT_S, check=False, env=own_environment()
        )
    except subprocess.TimeoutExpired as exc:
        raise BenchError(f"{command[2]} had not ended after {RESULT_S:g} s") from exc
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise BenchError(f"{command[2]} failed: {done.stderr.strip()[-400:]}")
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def fresh(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _wait_until_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    words = log.read_text(errors="replace")[-800:]
    raise BenchError(f"a server didn't come up on port {port}: {words}")
