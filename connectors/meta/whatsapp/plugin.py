"""The connector `whatsapp`: posts of Meta's webhook in, answers by the Graph API out."""

import asyncio
from collections.abc import Sequence

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver, HealthReport, LateReply, Manifest, Mount, Pace, Plugin
from channelhub.sdk.media import MediaRequest
from connectors.meta.delivery import deliveries, owners
from connectors.meta.graph import Graph
from connectors.meta.hook import Hook
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.delivery import parts
from connectors.meta.whatsapp.files import locate, media_hosts
from connectors.meta.whatsapp.health import check
from connectors.meta.whatsapp.parse import parse
from connectors.meta.whatsapp.people import KIND
from connectors.meta.whatsapp.send import MAX_TEMPLATE_CHARS, WINDOW, send

AT_ONCE = 8
PER_MINUTE = 10  # to one customer: one in six seconds, else 131056


class WhatsAppConnector:
    """One number."""

    def __init__(self, config: WhatsAppConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._graph = Graph(config, context.http)
        self._hook = Hook(
            context, app_secret=config.app_secret, verify_token=config.verify_token, made_of=self._deliveries
        )
        context.mount(self._hook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled."""
        self._hook.deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._hook.deliver = None

    async def check(self) -> HealthReport:
        """Ask how the number does; takes no message."""
        return await check(self._graph, self._config, hooks_url=f"{self._context.public_url}/{Mount.HOOKS}")

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._graph, self._config, message, now=self._context.now())

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._graph, self._config, file)

    def _deliveries(self, body: bytes, peer: str) -> Sequence[RawMessage]:
        account, config = self._context.account, self._config
        kin = {**self._context.same_kind(), account: config}
        places = {name: one.phone_number_id for name, one in kin.items()}
        owned = owners(config, account, kin, places=places)
        return deliveries(body, parts(body), account=account, owned=owned, now=self._context.now(), peer=peer)


def build(config: WhatsAppConfig, context: Context) -> WhatsAppConnector:
    return WhatsAppConnector(config, context)


def late_reply(config: WhatsAppConfig) -> LateReply | None:
    """The configured template around the words."""
    return LateReply(template=config.template, max_chars=MAX_TEMPLATE_CHARS) if config.template else None


plugin = Plugin(
    manifest=Manifest(
        kind="whatsapp",
        title="WhatsApp Business (Cloud API)",
        config=WhatsAppConfig,
        channel="whatsapp",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=lambda _config: Pace(at_once=AT_ONCE, per_minute_in_lane=PER_MINUTE),
    reply_window_s=lambda _config: WINDOW.total_seconds(),
    late_reply=late_reply,
    media_hosts=media_hosts,
)
