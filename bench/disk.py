"""D1 and S5: the writer against the disk's own limit, and what a slow disk costs."""

import shutil
import subprocess
from pathlib import Path

from bench.figures import Goal, Outcome, judge, missing, order_of, ratios
from bench.hub import running_hub
from bench.intake import append_rate, peer_rate, rate_of
from bench.processes import BenchError, fresh, python, result_of
from bench.settings import Settings

D1 = Goal(id="D1", title="writer's rows/s, 50 in flight, to append 4 KiB + fdatasync", must=3.0)
S5 = Goal(id="S5", title="mails/s, 50 connections, with 8 ms more per fsync, to without", must=0.7)
#: With 50 mails in flight and 8 ms more, no server does above 50 / 8 ms, so S5 falls as the hub without the delay gets
#: faster. This one does not: the published prototype did .69 of the bare server that stores nothing.
S5_BARE = Goal(
    id="S5 bare", title="mails/s, 50 connections, with 8 ms more per fsync, to bare aiosmtpd", must=0.69, is_wish=True
)
SLOWER_US = 8000
SOURCE = Path(__file__).with_name("slowsync.c")


def measure_writer(settings: Settings) -> list[Outcome]:
    folder = settings.folder / "writer"
    rounds = []
    for number in range(settings.rounds):
        rates = {}
        for name in order_of(("writer", "append"), number):
            place = fresh(folder / name)
            if name == "writer":
                command = python("bench.writer_rate", "--folder", place, "--seconds", settings.seconds)
                rates[name] = float(result_of(command)["rate"])
            else:
                rates[name] = append_rate(place, settings)
            shutil.rmtree(place)
        rounds.append(rates)
        settings.say(D1.id, number, rates)
    return [judge(D1, ratios(rounds, "writer", "append"))]


def measure_slow_disk(settings: Settings) -> list[Outcome]:
    folder = settings.folder / "slow"
    try:
        shim = _build(fresh(folder))
    except BenchError as exc:
        return [missing(S5, str(exc)), missing(S5_BARE, str(exc))]
    rounds = []
    for number in range(settings.rounds):
        rates = {}
        for name in order_of(("slow", "as it is", "bare"), number):
            if name == "bare":
                rates[name] = peer_rate("bench.peers.smtp", "bench.smtp_load", folder, 50, settings)
                continue
            delay_us = SLOWER_US if name == "slow" else 0
            environment = {"LD_PRELOAD": str(shim), "SLOWSYNC_US": str(delay_us)}
            with running_hub(folder / "hub", environment=environment) as hub:
                rates[name] = rate_of("bench.smtp_load", hub.smtp_port, 50, settings.seconds)
        rounds.append(rates)
        settings.say(S5.id, number, rates)
    return [judge(S5, ratios(rounds, "slow", "as it is")), judge(S5_BARE, ratios(rounds, "slow", "bare"))]


def _build(folder: Path) -> Path:
    """Compile the shim that delays every fsync. Raises BenchError without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise BenchError("no C compiler for the shim that slows fsync down")
    built = folder / "slowsync.so"
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(built), str(SOURCE), "-ldl"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"the shim doesn't compile: {done.stderr.strip()[:200]}")
    return built
