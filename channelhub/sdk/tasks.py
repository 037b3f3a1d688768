"""Several pieces of work of one account that live and end together."""

import asyncio
from collections.abc import Coroutine


async def first_end_of(*works: Coroutine[None, None, None]) -> None:
    """Until one of them ends, as it ended; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
