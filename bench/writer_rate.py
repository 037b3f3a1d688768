"""The hub's writer alone: 50 callers deliver 2 KB messages one after the other. Prints rows/s as one line of JSON."""

import argparse
import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.store.inbox import Delivery
from channelhub.store.opening import open_store

BODY_BYTES = 2048


def _delivery(number: int) -> Delivery:
    raw = RawMessage(
        account="bench", delivery_id=str(number), body=os.urandom(16) * (BODY_BYTES // 16), envelope=Envelope()
    )
    return Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="bench", received_at=datetime.now(UTC))


async def measure(folder: Path, *, seconds: float, in_flight: int) -> float:
    """Rows committed and on disk a second."""
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    began_s = time.perf_counter()
    stored = started = 0

    async def caller() -> None:
        nonlocal stored, started
        while time.perf_counter() - began_s < seconds:
            started += 1
            await store.writer.deliver(_delivery(started))
            stored += 1

    await asyncio.gather(*(caller() for _ in range(in_flight)))
    rate = stored / (time.perf_counter() - began_s)
    await store.writer.stop()
    await running
    await store.close()
    return rate


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--in-flight", type=int, default=50)
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rate = uvloop.run(measure(given.folder, seconds=given.seconds, in_flight=given.in_flight))
    sys.stdout.write(json.dumps({"rate": rate}) + "\n")


if __name__ == "__main__":
    main()
