"""The service process: lock, logs, signals, and the life of one hub."""

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
import uvloop

from channelhub.app.hub import Blueprint, Hub
from channelhub.app.welcome import welcome
from channelhub.app.wording import WordingError
from channelhub.content import lexicon, romanized
from channelhub.settings.faults import ConfigurationError
from channelhub.settings.models import Settings
from channelhub.store.folders import make_folder
from channelhub.store.lock import DatabaseLock

log = structlog.get_logger()
# Outage detection computes on threads. The loop gives the interpreter up at each socket and must not wait long for it.
SWITCH_INTERVAL_S = 0.0005
LoadAgain = Callable[[], Settings]


def serve(blueprint: Blueprint, *, load_again: LoadAgain) -> None:
    """Run until SIGTERM or SIGINT. Raises DatabaseLocked, StoreError, WordingError, OSError (an address in use)."""
    state_dir = Path(blueprint.settings.hub.state_dir)
    make_folder(state_dir)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with DatabaseLock(state_dir):
        uvloop.run(_serve(blueprint, load_again))


async def _serve(blueprint: Blueprint, load_again: LoadAgain) -> None:
    loop = asyncio.get_running_loop()
    asked_to_stop, asked_to_reload = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    loop.add_signal_handler(signal.SIGHUP, asked_to_reload.set)
    lexicon.prepare()
    romanized.prepare()
    hub = await Hub.open(blueprint)
    try:
        await hub.start()
        gc.collect()
        gc.freeze()  # what starting up made lives for ever: later collections need not look at it
        await welcome(hub.acting, blueprint.settings, port=hub.web.port, terminal=sys.stderr)
        hub.is_welcoming = True
        blueprint.notifier.ready("taking messages in")
        log.info("hub.ready", http_port=hub.web.port, accounts=len(blueprint.settings.accounts))
        reloading = asyncio.create_task(_reload_when_asked(hub, blueprint, asked_to_reload, load_again))
        await asked_to_stop.wait()
        reloading.cancel()
    finally:
        blueprint.notifier.stopping("finishing what is in hand")
        log.info("hub.stopping")
        await _within(blueprint.settings.hub.drain_timeout_s, hub.stop())
        log.info("hub.stopped")


async def _reload_when_asked(hub: Hub, blueprint: Blueprint, asked: asyncio.Event, load_again: LoadAgain) -> None:
    while True:
        await asked.wait()
        asked.clear()
        blueprint.notifier.reloading()
        try:
            await hub.reload(load_again())
        except ConfigurationError as exc:
            log.error("hub.reload_refused", faults=[str(fault) for fault in exc.faults])
        except WordingError as exc:
            log.error("hub.reload_refused", faults=[str(exc)])
        blueprint.notifier.ready("taking messages in")


async def _within(seconds: float, work: Awaitable[None]) -> None:
    """Stopping has a limit; what isn't finished by then is in the database anyway."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        log.warning("hub.stop_cut_short", after_s=seconds)
