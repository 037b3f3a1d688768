"""The figures that stand in tables."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from channelhub.app.figures import count
from channelhub.domain.raw import RawMessage
from channelhub.store import parking
from channelhub.store.inbox import Delivery
from channelhub.telemetry.metrics import Metrics
from tests.emptystore import open_store


async def test_counts_what_waits_and_what_is_parked(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    store = await open_store(tmp_path, now=now, on_broken=lambda exc: None)
    writing = asyncio.create_task(store.writer.run())
    raws = [RawMessage(account="shop", delivery_id=f"{n}", body=b"{}") for n in range(3)]
    receipts = await store.writer.deliver(
        Delivery(raws=raws, blobs=["", "", ""], cursor=None, cursor_account="shop", received_at=now)
    )
    await store.writer.batch(
        lambda session: parking.park(
            session, receipts[0].inbox_id, account="shop", reason="defect", detail="", salvage={}, at=now
        )
    )
    metrics = Metrics()

    await count(store, metrics)

    text = metrics.text().decode()
    assert 'channelhub_queue_depth{queue="inbox"} 2.0' in text
    assert 'channelhub_queue_depth{queue="parked"} 1.0' in text
    assert "channelhub_outage_active 0.0" in text
    await store.writer.stop()
    await writing
    await store.close()
