"""How long events take to endpoints that answer, while others hang: `python -m bench.webhooks`.

A hub as `channelhub run` starts it has 1,000 endpoints, of which 50 take connections and never answer. A message comes
in every few seconds; its event goes to every endpoint. Printed is the time from the event to the post at each endpoint
that answers.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench.http_load import message
from bench.hub import RunningHub, running_hub
from bench.processes import free_port, own_environment, python, server

FOLDER = Path(".make/bench-webhooks")
FURTHER = """
[webhooks]
networks = ["127.0.0.0/8"]
[outages]
enabled = false
"""
MUST_S = 2.0


async def run(hub: RunningHub, *, sink: int, endpoints: int, hanging: int, events: int, every_s: float) -> Any:
    """Post messages and wait until every endpoint that answers has every event; what the sink measured."""
    headers = {"Authorization": f"Bearer {hub.token}", "Content-Type": "application/json"}
    base = f"http://127.0.0.1:{hub.http_port}"
    async with aiohttp.ClientSession(base, headers=headers) as session:
        for number in range(endpoints):
            kind = "hang" if number < hanging else "ok"
            wanted = {"url": f"http://127.0.0.1:{sink}/{kind}/{number}", "event_types": ["message.received"]}
            async with session.post("/api/v1/webhooks", json=wanted) as answer:
                assert answer.status == 201, await answer.text()
        for number in range(events):
            begun = time.monotonic()
            async with session.post(
                "/api/v1/messages", data=message(number, "Де мій заказ?", f"webhook-{number}")
            ) as answer:
                assert answer.status == 202
            await asyncio.sleep(max(0.0, every_s - (time.monotonic() - begun)))
        expected = events * (endpoints - hanging)
        async with asyncio.timeout(120):
            found = await figures(session, sink)
            while found["seen"] < expected:
                await asyncio.sleep(0.5)
                found = await figures(session, sink)
    return found


async def figures(session: aiohttp.ClientSession, sink: int) -> Any:
    async with session.get(f"http://127.0.0.1:{sink}/figures") as answer:
        return json.loads(await answer.read())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--hanging", type=int, default=50)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two events")
    wanted = parser.parse_args()
    sink, folder = free_port(), FOLDER.absolute()
    with (
        running_hub(folder, further=FURTHER) as hub,
        server(python("bench.webhook_sink", sink), port=sink, log=folder / "sink.log", environment=own_environment()),
    ):
        found = asyncio.run(
            run(
                hub, sink=sink, endpoints=wanted.endpoints, hanging=wanted.hanging, events=wanted.events,
                every_s=wanted.every,
            )
        )  # fmt: skip
    lags = sorted(found["lags_s"])
    p99 = lags[int(len(lags) * 0.99)]
    sys.stdout.write(
        f"{wanted.endpoints} endpoints, {wanted.hanging} hang; {wanted.events} events, {len(lags)} posts taken, "
        f"{found['hanging']} hung\nfrom event to post: median {lags[len(lags) // 2]:.2f} s, 99 % within {p99:.2f} s, "
        f"longest {lags[-1]:.2f} s (must: 99 % within {MUST_S} s)\n"
    )
    return 0 if p99 < MUST_S else 1


if __name__ == "__main__":
    sys.exit(main())
