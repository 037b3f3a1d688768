"""The connector `api`: messages that other systems post to `POST /api/v1/messages`, and answers posted back to them.

The route belongs to the web server, which checks the token and the body and delivers the posted bytes as they are.
What stands here is the account's side: its settings, its trust, how its bytes are read, and where answers go.
"""

import asyncio

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import ANY_KIND, Context, Deliver, HealthReport, Manifest, Pace, Plugin
from connectors.api.config import ApiConfig
from connectors.api.parse import parse
from connectors.api.send import Callback


class ApiConnector:
    """Has no channel of its own to watch: the web server receives for it."""

    def __init__(self, config: ApiConfig, context: Context) -> None:
        self._callback = Callback(config, account=context.account, now=context.now)

    async def run(self, deliver: Deliver) -> None:  # noqa: ARG002 - the contract's signature
        """Wait until cancelled."""
        async with self._callback.kept_open():
            await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return await self._callback.check()

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._callback.send(message)


def build(config: ApiConfig, context: Context) -> ApiConnector:
    return ApiConnector(config, context)


def pace(config: ApiConfig) -> Pace:
    return Pace(at_once=config.reply_at_once, at_once_in_lane=config.reply_at_once, lane=_one_lane)


def _one_lane(_recipient: str) -> str:
    return ""


plugin = Plugin(
    manifest=Manifest(
        kind="api",
        title="Messages over HTTP (POST /api/v1/messages)",
        config=ApiConfig,
        channel="api",
        identity_kind=ANY_KIND,  # the system knows its customers by whatever it names them
        can_send=True,
        is_repeat_safe=True,  # a message keeps its webhook-id, by which the system drops a repeat
        names_customers=True,
    ),
    build=build,
    parse=parse,
    sends=lambda config: bool(config.reply_url),
    pace=pace,
)
