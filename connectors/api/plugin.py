"""The connector `api`: messages that other systems post to `POST /api/v1/messages`.

The route belongs to the web server, which checks the token and the body and delivers the posted bytes as they are.
What stands here is the account's side: its settings, its trust, and how its bytes are read.
"""

import asyncio

from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from connectors.api.config import ApiConfig
from connectors.api.parse import parse


class ApiConnector:
    """Has no channel of its own to watch: the web server receives for it."""

    async def run(self, deliver: Deliver) -> None:  # noqa: ARG002 - the contract's signature
        """Wait until cancelled."""
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return HealthReport(health=Health.OK)


def build(config: ApiConfig, context: Context) -> ApiConnector:  # noqa: ARG001 - the contract's signature
    return ApiConnector()


plugin = Plugin(
    manifest=Manifest(
        kind="api",
        title="Messages over HTTP (POST /api/v1/messages)",
        config=ApiConfig,
        channel="api",
        identity_kind="external",
        names_customers=True,
    ),
    build=build,
    parse=parse,
)
