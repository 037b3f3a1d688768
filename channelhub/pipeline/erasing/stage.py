"""The stage that erases: one request after the other, step by step, each piece in one commit with its place.

Cut off anywhere it goes on where it was. Until the digests are on disk nothing has gone; from then on a restore of an
older backup asks for the same again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from channelhub.pipeline.bell import Bell
from channelhub.pipeline.erasing import closing, expiring, finding, forgetting, sweeping
from channelhub.pipeline.erasing.forgetting import Detection
from channelhub.pipeline.erasing.tools import NotYet, Tools
from channelhub.rules.erasing import Step
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import erased_file, erasures
from channelhub.store.erasures import Erasure
from channelhub.store.opening import Store

RETRY_S = 2.0
LISTEN_S = 60.0
REST = 2.0  # times what a piece took: a third of the writer's time at most
LIVE_REWRITTEN_BYTES = 256 * 1024 * 1024  # a larger file is rewritten while the daemon is stopped
EVERY_BYTE = 1 << 62
_STEPS: Mapping[Step, Callable[[Tools, Erasure], Awaitable[Erasure]]] = MappingProxyType(
    {**finding.STEPS, **forgetting.STEPS, **sweeping.STEPS, **closing.STEPS}
)

_STEPS_OF_AGE = MappingProxyType({**_STEPS, **expiring.STEPS})


class ErasingStage:
    """Runs until cancelled. `asked` is rung after each command. With `detects`, `detection` runs outage detection."""

    def __init__(
        self,
        store: Store,
        state_dir: Path,
        *,
        detects: bool,
        asked: Bell,
        now: Callable[[], datetime],
        log: Logger,
        rewritten_bytes: int = LIVE_REWRITTEN_BYTES,
    ) -> None:
        self.detection = Detection(store, runs=detects)
        self.waits: Mapping[int, str] = {}  # why a request can't go on just now, by its id
        self._tools = Tools(
            store=store, state_dir=state_dir, now=now, rename=self.detection.rename, rewritten_bytes=rewritten_bytes
        )
        self._asked = asked
        self._log = log

    async def run(self) -> None:
        await self.ask_again()
        while True:
            heard = self._asked.rings
            try:
                is_idle = not await self.work(rest=REST)
            except NotYet as exc:
                self._log.info("erasure.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            except NotCommitted as exc:
                self._log.warning("erasure.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if is_idle:
                await self._asked.wait(heard, timeout_s=LISTEN_S)

    async def ask_again(self) -> None:
        """Ask for what was erased since this database was what it is: it may have been put in place by hand."""
        if erased_file.is_there(self._tools.state_dir):
            count = await self._tools.store.writer.command(
                lambda session: erased_file.ask_again(session, self._tools.state_dir)
            )
            if count:
                self._log.warning("erasure.again", erasures=count)

    async def work(self, *, rest: float = 0.0) -> bool:
        """Do the next piece of the oldest request; False when there is none. Raises NotYet, NotCommitted."""
        async with self._tools.store.readers.read() as session:
            erasure = await erasures.oldest_open(session)
        if erasure is None:
            return False
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        steps = _STEPS_OF_AGE if erasure.is_expiry else _STEPS
        try:
            after = await steps[erasure.step](self._tools, erasure)
        except (NotYet, NotCommitted) as exc:
            self.waits = {erasure.id: str(exc)}
            raise
        self.waits = {}
        if after.step is Step.DONE:
            what = "messages.expired" if erasure.is_expiry else "erasure.done"
            self._log.info(what, erasure=erasure.id, compact=after.is_compact, **after.counts)
        await asyncio.sleep((loop.time() - began_s) * rest)
        return True
