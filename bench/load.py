"""What a load generator reports, and how a run is told to begin and end."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field

import uvloop


@dataclass(slots=True)
class Tally:
    """Counts what was acknowledged and how long each took."""

    ends_s: float
    limit: int
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    last_reply: str = ""
    first_byte_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """Called before each write: the first one starts the clock of those who time the server from outside."""
        self.first_byte_s = self.first_byte_s or time.perf_counter()

    def may_send(self) -> bool:
        """Whether another message is wanted; counts it."""
        if self.sent >= self.limit or time.perf_counter() >= self.ends_s:
            return False
        self.sent += 1
        return True

    def acknowledge(self, began_s: float) -> None:
        self.acknowledged += 1
        self.latencies_s.append(time.perf_counter() - began_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A run's result; times in milliseconds, but `first_byte_s`: the monotonic clock, one for all processes."""

    acknowledged: int
    refused: int
    seconds: float
    rate: float
    p50_ms: float
    p99_ms: float
    first_byte_s: float
    last_reply: str = ""


def run(work: Callable[[Tally], Awaitable[None]], *, seconds: float, count: int) -> None:
    """Run the generator and print its result as one line of JSON."""

    async def measure() -> Load:
        began_s = time.perf_counter()
        tally = Tally(ends_s=began_s + seconds, limit=count or sys.maxsize)
        await work(tally)
        took_s = time.perf_counter() - began_s
        sorted_s = sorted(tally.latencies_s) or [0.0]
        return Load(
            acknowledged=tally.acknowledged,
            refused=tally.refused,
            seconds=took_s,
            rate=tally.acknowledged / took_s,
            p50_ms=sorted_s[len(sorted_s) // 2] * 1e3,
            p99_ms=sorted_s[min(len(sorted_s) - 1, len(sorted_s) * 99 // 100)] * 1e3,
            first_byte_s=tally.first_byte_s,
            last_reply=tally.last_reply,
        )

    sys.stdout.write(json.dumps(asdict(uvloop.run(measure()))) + "\n")


async def until_all_closed(closed: "list[asyncio.Future[None]]") -> None:
    """Wait for every client to be done."""
    await asyncio.gather(*closed)
