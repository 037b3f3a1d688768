"""The Telegram connector keeps the contract, polling and by webhook."""

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import MemoryHub, SenderContract, SenderRig
from connectors.telegram.config import TelegramConfig
from connectors.telegram.plugin import plugin
from connectors.telegram.update import Origin, to_raw
from tests.connectors.telegram.vectors import NOW, VECTORS
from tests.servers.telegram import TOKEN, BotServer

SECRET = "a-secret_made-up-by-us"
CUSTOMER = 418820331


class TelegramRig(SenderRig):
    plugin = plugin
    customer = (str(CUSTOMER), "Олена")
    secrets = (TOKEN, SECRET)
    mode: Literal["polling", "webhook"] = "polling"

    def __init__(self) -> None:
        self.server = BotServer()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        config = TelegramConfig(
            token=Secret(TOKEN),
            base_url=self.server.url,
            mode=self.mode,
            webhook_secret=Secret(SECRET),
            poll_timeout_s=1,
            request_timeout_s=2,
        )
        return plugin.build(config, hub.context("bot"))

    async def customer_says(self, text: str) -> str:
        return str(self.server.say(text, user_id=CUSTOMER))

    async def redeliver(self, key: str) -> None:
        self.server.offer_again(int(key))

    def acknowledged(self) -> set[str]:
        return set(map(str, self.server.confirmed))

    def vectors(self) -> Sequence[RawMessage]:
        origin = Origin(account="bot", bot_id=TOKEN.partition(":")[0], takes_groups=True)
        return [to_raw(update, origin, NOW) for update in VECTORS]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=str(CUSTOMER), text=text, conversation_key=str(CUSTOMER))

    def sent(self) -> Sequence[str]:
        return [sent.text for sent in self.server.sent]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers_of.add("sendmessage")


class WebhookRig(TelegramRig):
    mode = "webhook"


class TestPolling(SenderContract):
    rig = TelegramRig


class TestWebhook(SenderContract):
    rig = WebhookRig
