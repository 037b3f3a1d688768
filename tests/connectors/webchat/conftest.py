"""The running chat of `chatsite` as a fixture."""

from collections.abc import AsyncIterator

import pytest

from channelhub.domain.secrets import Secret
from connectors.webchat.config import WebchatConfig
from tests.connectors.webchat.chatsite import SITE, ChatSite, chat_site


@pytest.fixture
def config() -> WebchatConfig:
    """Overridden by tests that need other settings."""
    return WebchatConfig(allowed_origins=(SITE,), identity_secret=Secret("an example secret of a site"))


@pytest.fixture
async def site(config: WebchatConfig) -> AsyncIterator[ChatSite]:
    async with chat_site(config) as running:
        yield running
