"""The connector `telegram`: a bot's private chats, by long polling or webhook."""

import asyncio
from datetime import timedelta

from telegram import WebhookInfo
from telegram.error import TelegramError

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Pace, Plugin
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaRequest
from connectors.telegram.chats import Chats
from connectors.telegram.client import BotClient, explain
from connectors.telegram.config import TelegramConfig
from connectors.telegram.files import locate, media_hosts
from connectors.telegram.parse import parse
from connectors.telegram.people import KIND
from connectors.telegram.poll import poll
from connectors.telegram.send import send
from connectors.telegram.update import Origin
from connectors.telegram.uploads import FILES
from connectors.telegram.webhook import Webhook, register

PACE = Pace(at_once=8)  # Telegram's own counts are kept in `chats`
RECENT = timedelta(minutes=10)
WATCH_S = 30.0  # shorter than the supervisor waits before it calls an account well that ran so long and failed


class TelegramConnector:
    """One bot."""

    def __init__(self, config: TelegramConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = BotClient(config, context.http)
        self._chats = Chats()
        self._origin = Origin(
            account=context.account,
            bot_id=config.token.reveal().partition(":")[0],
            takes_groups=config.groups,
        )
        self._webhook = Webhook(context, secret=config.webhook_secret, origin=self._origin)
        if config.mode == "webhook":
            context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        if self._config.mode == "polling":
            await poll(self._client, self._context, deliver, origin=self._origin, timeout_s=self._config.poll_timeout_s)
        self._webhook.deliver = deliver  # stays set through failures of `register`: what Telegram posts is welcome
        try:
            await register(self._client, self._config, self._url)
            await self._watch()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def _watch(self) -> None:
        """Look how Telegram's posts arrive, for ever. Raises AuthFailed, and Unavailable with what to mend."""
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                info = await self._client.bot.get_webhook_info()
            except TelegramError as exc:
                raise explain(exc, "asking how the webhook does") from exc
            if fault := self._webhook_fault(info):
                raise Unavailable(fault)

    async def check(self) -> HealthReport:
        """Ask who we are and how the webhook does; takes no update."""
        try:
            await self._client.bot.get_me()
            info = await self._client.bot.get_webhook_info()
        except TelegramError as exc:
            failure = explain(exc, "asking Telegram")
            health = Health.AUTH_FAILED if isinstance(failure, AuthFailed) else Health.DOWN
            return HealthReport(health=health, detail=str(failure))
        if fault := self._webhook_fault(info):
            return HealthReport(health=Health.DOWN, detail=fault, backlog=info.pending_update_count)
        waiting = f"{info.pending_update_count} updates wait at Telegram" if info.pending_update_count else ""
        return HealthReport(health=Health.OK, detail=waiting, backlog=info.pending_update_count)

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client.bot, message, self._chats)

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._client, self._config, file)

    def _webhook_fault(self, info: WebhookInfo) -> str:
        """What is wrong with the webhook, or nothing."""
        if self._config.mode == "polling":
            return "a webhook is set for this bot, so polling gets nothing until we remove it" if info.url else ""
        if info.url != self._url:
            return f"Telegram posts to {info.url or 'nowhere'}, not to {self._url}: is public_url right?"
        if self._is_failing(info):
            return (
                f"Telegram can't deliver to {self._url}: {info.last_error_message}; {info.pending_update_count} "
                "updates wait there. It needs https on port 443, 80, 88 or 8443 with a certificate it trusts"
            )
        return ""

    def _is_failing(self, info: WebhookInfo) -> bool:
        """Whether updates wait because the last post failed, and none came through since."""
        failed, taken = info.last_error_date, self._webhook.taken_at
        if not info.pending_update_count or failed is None or self._context.now() - failed >= RECENT:
            return False
        return taken is None or taken <= failed


def build(config: TelegramConfig, context: Context) -> TelegramConnector:
    return TelegramConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="telegram",
        title="Telegram bot",
        config=TelegramConfig,
        channel="telegram",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
    pace=lambda _config: PACE,
    file_rules=lambda _config, _key: FILES,
)
