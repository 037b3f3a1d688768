"""Tells systemd that the hub lives: while the loop turns and the writer answers within 10 s."""

import asyncio
from collections.abc import Callable

from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import hub
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.notify import Notifier

ANSWER_WITHIN_S = 10.0
EVERY_S = 5.0


async def watch(
    store: Store,
    notifier: Notifier,
    *,
    metrics: Metrics,
    log: Logger,
    on_writer: Callable[[bool], None],
    every_s: float = EVERY_S,
    answer_within_s: float = ANSWER_WITHIN_S,
) -> None:
    """Until cancelled. A commit or a clean refusal (full, busy) is an answer; silence is not, and isn't fed."""
    loop = asyncio.get_running_loop()
    pause_s = min(every_s, (notifier.watchdog_s or every_s * 2) / 2)
    while True:
        is_answering = await _answers(store, answer_within_s)
        on_writer(is_answering)
        if is_answering:
            notifier.alive()
        else:
            log.error("watchdog.writer_silent", within_s=answer_within_s)
        due = loop.time() + pause_s
        await asyncio.sleep(pause_s)
        metrics.loop_lag(max(0.0, loop.time() - due))


async def _answers(store: Store, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            await store.writer.command(hub.probe)
    except NotCommitted:
        return True
    except TimeoutError:
        return False
    return True
