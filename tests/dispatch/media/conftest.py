from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.dispatch.media import worker
from tests.dispatch.media.desk import MediaDesk
from tests.pipeline.workshop import workshop
from tests.servers.media import FileServer


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[MediaDesk]:
    async with workshop(tmp_path) as shop, FileServer() as server:
        yield MediaDesk(shop, server)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon: what is slow here is only how often the worker looks."""
    monkeypatch.setattr(worker, "LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(worker, "RETRY_S", 0.05)
    monkeypatch.setattr(worker, "PAUSE_S", 0.0)
