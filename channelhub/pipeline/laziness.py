"""How a process that reads what may be poison is kept out of everybody's way."""

import contextlib
import os

LAST_NICENESS = 19


def make_lazy(pid: int) -> None:
    """Let it run at the lowest priority and on half of the processors only; 0 is the calling process.

    A process that spins keeps its processor busy, and whoever is woken there waits for the next tick of its clock.
    While the other half is free, nobody is woken there. (`SCHED_IDLE` would do the opposite: Linux takes a processor
    that runs nothing else for a free one.)
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, LAST_NICENESS)
        usable = sorted(os.sched_getaffinity(pid))
        if len(usable) > 1:
            os.sched_setaffinity(pid, usable[(len(usable) + 1) // 2 :])
