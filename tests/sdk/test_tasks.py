"""Pieces of work that end together: whichever ends first, and whoever ends them."""

import asyncio

import pytest

from channelhub.sdk.errors import Unavailable
from channelhub.sdk.tasks import first_end_of


async def test_the_first_failure_is_raised_and_the_others_are_cancelled() -> None:
    cancelled = asyncio.Event()

    async def waiting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def failing() -> None:
        raise Unavailable("gone")

    with pytest.raises(Unavailable):
        await first_end_of(waiting(), failing())

    assert cancelled.is_set()


async def test_who_cancels_while_the_others_end_is_heard() -> None:
    ending, goes_on = asyncio.Event(), asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await goes_on.wait()

    async def failing() -> None:
        await asyncio.sleep(0)
        raise Unavailable("gone")

    together = asyncio.create_task(first_end_of(slow_to_end(), failing()))
    await ending.wait()
    together.cancel()
    goes_on.set()

    with pytest.raises(asyncio.CancelledError):
        await together
