"""Intake goes first, and the pipeline still gets on."""

import asyncio

import pytest

from channelhub.pipeline import pace
from channelhub.pipeline.pace import Pace


async def waited_s(rate: float, *, worked_s: float) -> tuple[float, int]:
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    limit = await Pace(lambda: rate).turn(worked_s=worked_s)
    return loop.time() - began_s, limit


async def test_works_in_large_batches_without_a_rest_while_nothing_comes_in() -> None:
    asked = 0

    def intake_per_s() -> float:
        nonlocal asked
        asked += 1
        return 0.0

    assert await Pace(intake_per_s).turn(worked_s=5.0) == pace.BATCH
    assert asked == 1


@pytest.mark.parametrize("share", [0.25, 0.99])
async def test_leaves_intake_the_more_time_the_more_comes_in(share: float) -> None:
    took_s, limit = await waited_s(share * pace.BURST_PER_S, worked_s=0.06)

    assert limit == pace.BATCH_BESIDE_INTAKE
    assert pace.rest_s(share * pace.BURST_PER_S, 0.06) == pytest.approx(share * 0.06 * pace.REST)
    assert took_s >= share * 0.06 * pace.REST - 0.002


@pytest.mark.parametrize("rate", [100.0, 1e6])
async def test_gets_its_turn_however_long_a_burst_lasts(rate: float) -> None:
    async with asyncio.timeout(60):
        took_s, limit = await waited_s(rate, worked_s=60.0)

    assert limit == pace.BATCH_BESIDE_INTAKE
    assert took_s >= pace.BURST_TURN_S - 0.002


@pytest.mark.parametrize(("worked_s", "rest_s"), [(0.01, pace.BURST_TURN_S), (0.04, 0.36), (9.0, pace.LONGEST_REST_S)])
async def test_a_stage_with_dear_batches_takes_fewer_turns_in_a_burst(worked_s: float, rest_s: float) -> None:
    took_s, _ = await waited_s(1e6, worked_s=worked_s)

    assert pace.rest_s(1e6, worked_s) == pytest.approx(rest_s)
    assert took_s >= rest_s - 0.002


async def test_goes_on_at_once_when_a_burst_ends() -> None:
    rates = iter([1e6, 1e6])

    assert await Pace(lambda: next(rates, 0.0)).turn(worked_s=1.0) == pace.BATCH


def test_reads_less_ahead_in_a_burst() -> None:
    assert Pace(lambda: 1e6).most_in_hand() < Pace(lambda: 0.0).most_in_hand()
