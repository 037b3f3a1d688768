"""The running form of `formsite` as a fixture."""

from collections.abc import AsyncIterator

import pytest

from connectors.webform.config import WebformConfig
from tests.connectors.webform.formsite import FormSite, form_site


@pytest.fixture
def config() -> WebformConfig:
    """Overridden by tests that need other settings."""
    return WebformConfig()


@pytest.fixture
async def site(config: WebformConfig) -> AsyncIterator[FormSite]:
    async with form_site(config) as running:
        yield running
