"""How long a command and the daemon take to be there."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from bench.figures import Goal, Outcome, Sense, judge
from bench.hub import command, configure
from bench.processes import BenchError, fresh, own_environment
from bench.settings import Settings

HELP = Goal(id="help", title="`channelhub --help`", must=150.0, sense=Sense.BELOW, unit=" ms")
READY = Goal(id="ready", title="`channelhub run` until READY=1, empty database", must=2.0, sense=Sense.BELOW, unit=" s")
READY_LIMIT_S = 30.0


def measure_help(settings: Settings) -> list[Outcome]:
    took_ms = []
    for number in range(settings.rounds + 1):
        began_s = time.perf_counter()
        subprocess.run([*command(), "--help"], stdout=subprocess.DEVNULL, check=True, env=own_environment())
        if number:  # the first one fills the file cache
            took_ms.append((time.perf_counter() - began_s) * 1e3)
            settings.say(HELP.id, number - 1, {"ms": took_ms[-1]})
    return [judge(HELP, took_ms)]


def measure_ready(settings: Settings) -> list[Outcome]:
    took_s = []
    for number in range(settings.rounds):
        took_s.append(_until_ready(settings))
        settings.say(READY.id, number, {"s": took_s[-1]})
    return [judge(READY, took_s)]


def _until_ready(settings: Settings) -> float:
    """Seconds from starting the daemon until it tells the service manager that it takes messages in."""
    folder = fresh(settings.folder / "ready")
    file, _, _ = configure(folder / "hub")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        address = f"\0channelhub-bench-{os.getpid()}"  # abstract: no limit from the folder's length, nothing to remove
        manager.bind(address)
        manager.settimeout(READY_LIMIT_S)
        environment = own_environment(NOTIFY_SOCKET="@" + address[1:])
        began_s = time.perf_counter()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command(), "run", "-c", str(file)], stdout=log, stderr=log, env=environment, start_new_session=True
            )
        try:
            while b"READY=1" not in manager.recv(4096):
                pass
            return time.perf_counter() - began_s
        except TimeoutError as exc:
            raise BenchError(f"the daemon was not ready within {READY_LIMIT_S:g} s") from exc
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
