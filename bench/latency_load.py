"""Messages at a steady rate, and how long each took from its 202 until its event was on the live stream.

`--poison` replaces every hundredth message by one that its parser can't survive; those are not timed.
"""

import argparse
import asyncio
import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle

import aiohttp
import uvloop

from bench.http_load import message
from bench.poison_connector import POISONS
from bench.texts import Writer

WARM_UP = 50
LIMIT_S = 30.0


class Clock:
    """When each message was accepted and when it was seen on the stream."""

    def __init__(self) -> None:
        self.accepted_s: dict[str, float] = {}
        self.seen_s: dict[str, float] = {}

    def waits_for(self) -> int:
        return len(self.accepted_s.keys() - self.seen_s.keys())

    def latencies_ms(self) -> list[float]:
        timed = list(self.accepted_s)[WARM_UP:]
        return sorted(max(0.0, self.seen_s[one] - self.accepted_s[one]) * 1e3 for one in timed)


async def follow(session: aiohttp.ClientSession, clock: Clock) -> None:
    """Read the live stream until cancelled."""
    async with session.get("/api/v1/stream?after=0", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        async for line in answer.content:
            if line.startswith(b"data:"):
                data = json.loads(line[5:])
                found = data.get("data", data).get("message_id")
                if found:
                    clock.seen_s.setdefault(found, time.perf_counter())


async def post(session: aiohttp.ClientSession, body: bytes, clock: Clock) -> None:
    async with session.post("/api/v1/messages", data=body, headers={"Content-Type": "application/json"}) as answer:
        accepted = await answer.json()
        clock.accepted_s[accepted["id"]] = time.perf_counter()


async def post_poison(session: aiohttp.ClientSession, number: int, poisons: Iterator[str]) -> None:
    async with session.post("/hooks/poison", data=f"poison-{number}\n{next(poisons)}") as answer:
        answer.raise_for_status()


async def measure(given: argparse.Namespace) -> dict[str, float]:
    clock = Clock()
    writer = Writer(run=secrets.token_hex(4))
    poisons = cycle(POISONS)
    headers = {"Authorization": f"Bearer {given.token}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{given.port}", headers=headers) as session:
        following = asyncio.create_task(follow(session, clock))
        posting = []
        began_s = time.perf_counter()
        for number in range(given.count):
            await asyncio.sleep(max(0.0, began_s + number / given.rate - time.perf_counter()))
            if given.poison and number % 100 == 50:
                posting.append(asyncio.create_task(post_poison(session, number, poisons)))
            else:
                posting.append(asyncio.create_task(post(session, message(*writer.short()), clock)))
        await asyncio.gather(*posting)
        deadline_s = time.perf_counter() + LIMIT_S
        while clock.waits_for() and time.perf_counter() < deadline_s:  # noqa: ASYNC110 - the load is over
            await asyncio.sleep(0.05)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    if clock.waits_for():
        raise SystemExit(f"{clock.waits_for()} accepted messages were not processed within {LIMIT_S:g} s")
    latencies_ms = clock.latencies_ms()
    return {"p50_ms": latencies_ms[len(latencies_ms) // 2], "p99_ms": latencies_ms[len(latencies_ms) * 99 // 100]}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--token", required=True)
    options.add_argument("--count", type=int, default=800)
    options.add_argument("--rate", type=float, default=80.0, help="messages a second")
    options.add_argument("--poison", action="store_true")
    sys.stdout.write(json.dumps(uvloop.run(measure(options.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
