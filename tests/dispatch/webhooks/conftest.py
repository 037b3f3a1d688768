from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.dispatch.webhooks import sender
from channelhub.pipeline.webhooks import queueing
from tests.dispatch.webhooks.desk import WebhookDesk
from tests.pipeline.workshop import workshop
from tests.servers.endpoints import Endpoints


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[WebhookDesk]:
    async with workshop(tmp_path) as shop, Endpoints() as server:
        yield WebhookDesk(shop, server)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon: what is slow here is only how often the stages look."""
    for stage in (sender, queueing):
        monkeypatch.setattr(stage, "LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(queueing, "PAUSE_S", 0.0)
    monkeypatch.setattr(sender, "OTHERS_S", 0.0)
