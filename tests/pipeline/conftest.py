"""A workshop for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pipeline.workshop import Workshop, workshop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made
