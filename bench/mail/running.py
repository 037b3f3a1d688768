"""Runs the parser over mails: through the command for what it says, in this process for what it costs."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.mail.expectations import Case
from bench.processes import BenchError
from connectors.email.report import describe

COMMAND = (str(Path(sys.executable).parent / "channelhub"), "parse", "--json")
#: Command lines have a limit; so many paths fit.
BATCH = 500
BATCH_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor time of reading every mail once, one after the other, in one process."""

    mails: int
    megabytes: float
    seconds: float
    slowest_s: float
    slowest: str

    @property
    def mails_per_s(self) -> float:
        return self.mails / max(self.seconds, 1e-9)


def answers(cases: Sequence[Case]) -> tuple[list[Mapping[str, Any]], float]:
    """What `channelhub parse --json` says of each mail, in order, and how long it took in all (s)."""
    found: list[Mapping[str, Any]] = []
    began_s = time.perf_counter()
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        command = (*COMMAND, *(str(case.path) for case in batch))
        try:
            run = subprocess.run(command, capture_output=True, timeout=BATCH_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as exc:
            raise BenchError(f"no answer within {BATCH_TIMEOUT_S:.0f} s") from exc
        lines = run.stdout.splitlines()
        if len(lines) != len(batch):
            raise BenchError(f"{len(lines)} answers to {len(batch)} mails: {run.stderr.decode()[-300:]}")
        found += map(json.loads, lines)
    return found, time.perf_counter() - began_s


def cost(cases: Sequence[Case]) -> Cost:
    """What reading these mails costs. Leave out what the command could not read: nothing stops it here."""
    total_s = slowest_s = 0.0
    slowest, size = "", 0
    for case in cases:
        data = case.path.read_bytes()
        size += len(data)
        began_s = time.process_time()
        describe(data, str(case.path))
        taken_s = time.process_time() - began_s
        total_s += taken_s
        if taken_s >= slowest_s:
            slowest_s, slowest = taken_s, str(case.path)
    return Cost(mails=len(cases), megabytes=size / 1e6, seconds=total_s, slowest_s=slowest_s, slowest=slowest)
