"""A number between a local Twilio and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.twilio.config import TwilioSmsConfig, TwilioWhatsAppConfig
from connectors.twilio.plugin import TwilioConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: TwilioServer
    hub: MemoryHub

    def settings(self, **settings: Any) -> dict[str, Any]:
        values = {
            "account_sid": ACCOUNT,
            "auth_token": Secret(TOKEN),
            "sender": NUMBER,
            "base_url": self.server.url,
            "request_timeout_s": 2,
        }
        return values | settings

    def connector(self, **settings: Any) -> TwilioConnector:
        return build(TwilioSmsConfig(**self.settings(**settings)), self.hub.context("sms"))

    def whatsapp(self, **settings: Any) -> TwilioConnector:
        return build(TwilioWhatsAppConfig(**self.settings(**settings)), self.hub.context("sms"))

    @asynccontextmanager
    async def running(self, connector: TwilioConnector, *, is_asking: bool = True) -> AsyncIterator[TwilioConnector]:
        """The connector at work, its first comparison done where it makes one."""
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: not is_asking or bool(self.hub.comparisons) or task.done())
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with TwilioServer() as server, MemoryHub() as hub:
        server.hook, server.now = hub.url("sms"), hub.now
        yield Desk(server=server, hub=hub)
