"""The connector `webform`: a contact form served and taken in under `/forms/{account}`."""

import asyncio

from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from connectors.webform.config import WebformConfig
from connectors.webform.parse import parse
from connectors.webform.receive import Receiver


class WebformConnector:
    """Serves its page once `run` has begun, and takes posts while it runs."""

    def __init__(self, config: WebformConfig, context: Context) -> None:
        self._receiver = Receiver(config, context)
        self._context = context

    async def run(self, deliver: Deliver) -> None:
        """Take posts until cancelled; afterwards they are answered 503."""
        self._receiver.deliver = deliver
        self._context.mount(self._receiver.handle)
        try:
            await asyncio.Event().wait()
        finally:
            self._receiver.deliver = None

    async def check(self) -> HealthReport:
        """There is nothing of others that could fail: the form is up with the daemon's own HTTP server."""
        return HealthReport(health=Health.OK)


def build(config: WebformConfig, context: Context) -> WebformConnector:
    return WebformConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="webform",
        title="Web form",
        config=WebformConfig,
        channel="form",
        identity_kind="email",
        mount=Mount.FORMS,
        names_customers=False,
    ),
    build=build,
    parse=parse,
)
