"""Whatever an outage goes through, however badly its receiver behaves and however often the hub is killed: in the end
the receiver believes what is true."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from channelhub.dispatch import alerts as sending
from channelhub.domain.outages import OutageState
from channelhub.pipeline import alerting
from tests.dispatch.test_alerts import Desk
from tests.pipeline.workshop import workshop
from tests.servers.receivers import BadDay, Receivers, until

STEPS = 12
DAYS = (
    BadDay(status=503),
    BadDay(status=429, headers={"Retry-After": "0"}),
    BadDay(resets=True),
    BadDay(resets=True, takes=True),
    BadDay(status=500, takes=True),
)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    for stage in (sending, alerting):
        monkeypatch.setattr(stage, "LOOK_AGAIN_S", 0.02)
        monkeypatch.setattr(stage, "PAUSE_S", 0.0)
    monkeypatch.setattr(sending, "SCHEDULE_S", (0.0,))
    async with workshop(tmp_path) as shop, Receivers() as server:
        yield Desk(shop, server)


@pytest.mark.parametrize("seed", range(12))
async def test_the_receiver_ends_up_believing_what_is_true(desk: Desk, seed: int) -> None:
    random = Random(seed)
    desk.add("pagerduty")
    stack = AsyncExitStack()
    await stack.enter_async_context(desk.running())
    state, customers, was_open = OutageState.SUSPECTED, 3, False
    for _ in range(STEPS):
        what = random.random()
        if what < 0.25:
            await stack.aclose()
            stack = AsyncExitStack()
            await stack.enter_async_context(desk.running())
        elif what < 0.55:
            desk.server.bad("pagerduty", replace(random.choice(DAYS)))
        else:
            state = random.choice([OutageState.SUSPECTED, OutageState.CONFIRMED, OutageState.RESOLVED])
            customers += random.randrange(4)
            await desk.outage(state, customers=customers, is_told=random.random() < 0.7)
            was_open |= state.is_open
        await asyncio.sleep(random.random() * 0.02)
    await stack.aclose()
    desk.server.bad_days.clear()
    async with desk.running():
        await until(lambda: _is_settled(desk))
    believed = _open_at_pagerduty(desk)

    assert believed is (state.is_open and was_open)


async def _is_settled(desk: Desk) -> bool:
    """Nothing waits, and a look at everything finds nothing more to tell."""
    rows = await desk.rows()
    await asyncio.sleep(0.15)
    again = await desk.rows()
    return rows == again and all(str(one.state) in ("sent", "skipped", "failed") for one in again)


def _open_at_pagerduty(desk: Desk) -> bool:
    """As PagerDuty counts: one alert for each key, opened by a trigger, closed by a resolve."""
    is_open: dict[str, bool] = {}
    for call in desk.server.of("pagerduty"):
        is_open[call.body["dedup_key"]] = call.body["event_action"] == "trigger"
    assert len(is_open) <= 1
    return any(is_open.values())
