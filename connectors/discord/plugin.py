"""The connector `discord`: private chats with a bot, and channels and threads of servers where customers are."""

import asyncio
from functools import partial
from typing import Final

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Completeness, Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import AuthFailed, NotCommitted, Rejected, Unavailable
from channelhub.sdk.media import MediaRequest
from channelhub.sdk.tasks import first_end_of
from connectors.discord.backfill import Backfill
from connectors.discord.channels import Channels
from connectors.discord.client import DiscordClient
from connectors.discord.config import DiscordConfig, parse_settings
from connectors.discord.echoes import Echoes
from connectors.discord.gateway import CALM_S, Gateway
from connectors.discord.hearing import Hearing
from connectors.discord.media import locate, media_hosts
from connectors.discord.parse import parse
from connectors.discord.position import Keeper
from connectors.discord.send import FILES, pace, send
from connectors.discord.shapes import Snowflake
from connectors.discord.writer import KIND

RETRY_S: Final = 60.0
_CONTENT_FLAGS: Final = (1 << 18) | (1 << 19)  # of an application that may read what is said on servers


class _Me(msgspec.Struct, frozen=True):
    id: Snowflake
    username: str = ""


class _Application(msgspec.Struct, frozen=True):
    flags: int = 0


class DiscordConnector:
    """One bot."""

    def __init__(
        self, config: DiscordConfig, context: Context, *, retry_s: float = RETRY_S, calm_s: float = CALM_S
    ) -> None:
        self._config = config
        self._context = context
        self._retry_s = retry_s
        self._calm_s = calm_s
        self._client = DiscordClient(config, context.http, context.now)
        self._keeper = Keeper(context)
        self._channels = Channels(self._client, context)
        self._echoes = Echoes()
        self._bot = ""
        self._backfill: tuple[str, Backfill] | None = None  # and the session it makes good for

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        self._bot = self._bot or (await self._introduce()).id
        await self._keeper.load()
        hearing = Hearing(self._config, self._context, self._keeper, self._channels, self._echoes, bot=self._bot)
        gateway = Gateway(
            self._client,
            self._config,
            self._context,
            self._keeper,
            heard=partial(hearing.take, deliver),
            calm_s=self._calm_s,
        )
        ready = asyncio.Event()
        await first_end_of(gateway.listen(deliver, ready=ready.set), self._make_good(deliver, ready))

    async def _make_good(self, deliver: Deliver, ready: asyncio.Event) -> None:
        """Once events come: read what was said while none came. Raises AuthFailed."""
        await ready.wait()
        while (since := self._keeper.position.missed_since) is not None:
            backfill = self._backfill_now()
            try:
                if self._config.backfill_hours:
                    await backfill.run(deliver, since)
                await self._keeper.found(deliver)
                break
            except (Unavailable, Rejected, NotCommitted) as exc:
                self._context.log.warning("discord.channels_not_read", reason=type(exc).__name__)
                note = f"the channels' past since {since:%Y-%m-%d %H:%M} UTC is not read yet: {exc}"
                self._context.compared(Completeness(listed=backfill.listed, missing=0, note=note))
                await asyncio.sleep(getattr(exc, "retry_after_s", None) or self._retry_s)
        await asyncio.Event().wait()

    def _backfill_now(self) -> Backfill:
        """What was read for this session need not be read again; for another one it does."""
        session = self._keeper.position.session_id
        if self._backfill is None or self._backfill[0] != session:
            made = Backfill(self._client, self._config, self._context, self._channels, bot=self._bot)
            self._backfill = (session, made)
        return self._backfill[1]

    async def _introduce(self) -> _Me:
        try:
            return await self._client.look_up("users/@me", _Me)
        except Rejected as exc:
            raise Unavailable(str(exc)) from exc

    async def check(self) -> HealthReport:
        """Ask who the bot is, and whether it may read what is said on servers; takes nothing."""
        try:
            me = await self._introduce()
            flags = (await self._client.look_up("applications/@me", _Application)).flags
        except AuthFailed as exc:
            return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
        except (Unavailable, Rejected) as exc:
            return HealthReport(health=Health.DOWN, detail=str(exc))
        if self._config.channels and not flags & _CONTENT_FLAGS:
            detail = (
                "what is said on servers comes without its words: switch Message Content Intent on, on the "
                "application's page Bot, Privileged Gateway Intents"
            )
            return HealthReport(health=Health.DOWN, detail=detail)
        return HealthReport(health=Health.OK, detail=me.username)

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, self._context.account, message, self._echoes)

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._client, self._context.now, file)


def build(config: DiscordConfig, context: Context) -> DiscordConnector:
    return DiscordConnector(config, context)


def is_public(key: str) -> bool:
    """Whether a conversation's key is that of a server's channel."""
    return ":" in key


plugin = Plugin(
    manifest=Manifest(
        kind="discord",
        title="Discord bot",
        config=DiscordConfig,
        channel="discord",
        identity_kind=KIND,
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,
    ),
    build=build,
    parse=parse,
    parse_settings=parse_settings,
    pace=pace,
    media_hosts=media_hosts,
    is_public=is_public,
    file_rules=lambda _config, _key: FILES,
)
