"""How intake and the work on what came in share one writer and one interpreter: intake goes first, within limits.

A channel waits for its commit, and nobody sees a message a second later because of that second. But a pipeline that
always waits would never get on, so it takes turns: after a batch it leaves intake the more time the more comes in, up
to twice what the batch took. During a burst, which comes faster than it could be worked on anyway, it takes a small
batch now and then, and works a tenth of the time at most: a stage whose batches are dear takes fewer of them.
"""

import asyncio
from collections.abc import Callable

BATCH = 128
BATCH_BESIDE_INTAKE = 32
IN_HAND = 256  # deliveries taken from the inbox and not yet written
IN_HAND_IN_BURST = 64
CALM_PER_S = 20.0  # fewer messages a second than this are nobody's load
BURST_PER_S = 400.0
BURST_TURN_S = 0.25  # during a burst, one batch in this time at most
BURST_REST = 9.0  # times what the last batch took, during a burst
LONGEST_REST_S = 1.0  # whatever the last batch took
REST = 2.0  # times what the last batch took, just below a burst; less where less comes in
LOOK_S = 0.01


class Pace:
    """Asked before each batch. `intake_per_s` is how many messages a second have come in just now."""

    def __init__(self, intake_per_s: Callable[[], float]) -> None:
        self._intake_per_s = intake_per_s

    def most_in_hand(self) -> int:
        """How many deliveries may be read ahead; few in a burst, because reading takes processor time, too."""
        return IN_HAND_IN_BURST if self._intake_per_s() > BURST_PER_S else IN_HAND

    async def turn(self, *, worked_s: float) -> int:
        """Wait for the next turn after a batch that took `worked_s`; returns how many the next may hold."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        while (rate := self._intake_per_s()) >= CALM_PER_S:
            left_s = began_s + rest_s(rate, worked_s) - loop.time()
            if left_s <= 0:
                return BATCH_BESIDE_INTAKE
            await asyncio.sleep(min(left_s, LOOK_S))
        return BATCH


def rest_s(rate: float, worked_s: float) -> float:
    """How long to leave the time to intake of so many a second, after a batch that took `worked_s`."""
    if rate > BURST_PER_S:
        return min(max(BURST_TURN_S, worked_s * BURST_REST), LONGEST_REST_S)
    return min(worked_s * REST * rate / BURST_PER_S, BURST_TURN_S)
