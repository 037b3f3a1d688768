"""A connector that lets a refused delivery through is paused, not treated as defective."""

import asyncio
from datetime import UTC, datetime

from channelhub.ingest.supervisor import AccountState, AccountStatus, Supervisor
from channelhub.sdk.contract import Deliver, Health, HealthReport
from channelhub.sdk.errors import HubBusy
from channelhub.sdk.testing import MemoryHub, RecordingLog


class Once:
    """Delivers once, and from its second run on just stays."""

    def __init__(self) -> None:
        self.runs = 0
        self.is_back = asyncio.Event()

    async def run(self, deliver: Deliver) -> None:
        self.runs += 1
        if self.runs == 1:
            await deliver([])
        self.is_back.set()
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return HealthReport(health=Health.OK)


async def test_refused_delivery_restarts_the_connector_without_calling_it_defective() -> None:
    changes: list[AccountStatus] = []
    log, connector = RecordingLog(), Once()
    supervisor = Supervisor(now=lambda: datetime.now(UTC), log=log, on_change=changes.append, first_backoff_s=0.01)
    async with MemoryHub() as hub, asyncio.timeout(60):
        hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
        supervisor.start("bot", kind="telegram", title="Bot", connector=connector, deliver=hub.deliver)
        await connector.is_back.wait()
        await supervisor.stop_all()

    down = [change for change in changes if change.state is AccountState.DOWN]
    assert [change.detail for change in down] == ["the queue is full"]
    assert not [line for line in log.lines if "account.failed" in line]
