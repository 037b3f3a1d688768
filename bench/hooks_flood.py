"""A flood: on each connection the next post as soon as the last is answered (`python -m bench.hooks_flood`)."""

import argparse
import asyncio
import json
import sys
import time
from functools import partial

import uvloop

from bench.hooks_load import SHAPES, Client, Load


class Flood(Load):
    """Posts without a pause, until `ends_s` of the clock."""

    ends_s = 0.0

    def begin(self, seconds: float) -> None:
        self.ends_s = time.perf_counter() + seconds
        for client in list(self.idle):
            self._next(client)

    def answered(self, client: Client, *, is_taken: bool, due_s: float) -> None:
        super().answered(client, is_taken=is_taken, due_s=due_s)
        if time.perf_counter() < self.ends_s:
            self._next(client)

    def _next(self, client: Client) -> None:
        self.idle.remove(client)
        self.left += 1
        client.send(self.request(), time.perf_counter())


async def run(given: argparse.Namespace) -> dict[str, float]:
    flood = Flood(given.path, given.shape, given.secret)
    for _ in range(given.connections):
        await asyncio.get_running_loop().create_connection(partial(Client, flood), "127.0.0.1", given.port)
    flood.begin(given.seconds)
    await asyncio.sleep(given.seconds)
    answered = len(flood.latencies_s)
    return {"rate": answered / given.seconds, "refused": flood.refused, "answered": answered}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--path", required=True)
    options.add_argument("--secret", required=True, help="another than the account's makes forged posts")
    options.add_argument("--shape", choices=sorted(SHAPES), required=True)
    options.add_argument("--seconds", type=float, required=True)
    options.add_argument("--connections", type=int, default=100)
    sys.stdout.write(json.dumps(uvloop.run(run(options.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
