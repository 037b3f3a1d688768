"""What was said while no session ran: read from the channels, and kept."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from channelhub.domain.completeness import NoteLevel
from channelhub.sdk.absence import unread_note
from channelhub.sdk.contract import Completeness, Context, Deliver
from channelhub.sdk.errors import Rejected
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.channels import Channels
from connectors.discord.client import DiscordClient
from connectors.discord.config import DiscordConfig, places_of
from connectors.discord.delivery import Circumstances, from_history
from connectors.discord.moments import first_after
from connectors.discord.shapes import Channel, Identified, Member, Message, User

PAGE: Final = 100
MOST_PAGES: Final = 50  # of one channel
OVERLAP: Final = timedelta(minutes=5)  # clocks differ


class _Guild(msgspec.Struct, frozen=True):
    id: str


class _Active(msgspec.Struct, frozen=True):
    threads: tuple[Channel, ...] = ()


class Backfill:
    """Of one account. What was read stays read if it is interrupted."""

    def __init__(
        self, client: DiscordClient, config: DiscordConfig, context: Context, channels: Channels, *, bot: str
    ) -> None:
        self._client = client
        self._config = config
        self._places = places_of(config)
        self._context = context
        self._channels = channels
        self._bot = bot
        self._done: set[str] = set()
        self._after: dict[str, str] = {}  # how far channels are read that are not done
        self._roles: dict[tuple[str, str], tuple[str, ...]] = {}
        self.listed = 0

    async def run(self, deliver: Deliver, since: datetime) -> None:
        """Read each channel since then. Raises Unavailable, AuthFailed and NotCommitted."""
        now = self._context.now()
        oldest = max(since - OVERLAP, now - timedelta(hours=self._config.backfill_hours))
        private = [Channel(id=one) for one in await self._channels.chats()]
        for channel in [*private, *await self._of_servers()]:
            if channel.id in self._done:
                continue
            async for page in self._pages(channel.id, self._after.get(channel.id) or first_after(oldest)):
                await self._keep(deliver, channel, page)
                if last := _id(page[-1]):
                    self._after[channel.id] = last
            self._done.add(channel.id)
            self._after.pop(channel.id, None)
        note = unread_note(since, oldest, hours=self._config.backfill_hours)
        self._context.compared(Completeness(listed=self.listed, missing=0, note=note, level=NoteLevel.INFO))
        self._context.log.info("discord.channels_read", channels=len(self._done), messages=self.listed)

    async def _of_servers(self) -> Sequence[Channel]:
        """The channels and running threads where customers are."""
        found: list[Channel] = []
        if not self._config.channels:
            return found
        for guild in await self._client.look_up("users/@me/guilds", tuple[_Guild, ...]):
            try:
                channels = await self._client.look_up(f"guilds/{guild.id}/channels", tuple[Channel, ...])
                threads = (await self._client.look_up(f"guilds/{guild.id}/threads/active", _Active)).threads
            except Rejected:
                continue
            wanted = [one for one in (*channels, *threads) if self._places.takes(one.id, one.parent_id or "")]
            found += [msgspec.structs.replace(one, guild_id=guild.id) for one in wanted]
        return found

    async def _pages(self, channel: str, after: str) -> AsyncIterator[list[msgspec.Raw]]:
        """Messages after an id, oldest first, those without a readable id before all. Nothing of channels without
        messages, or that we may not read."""
        for _ in range(MOST_PAGES):
            try:
                path = f"channels/{channel}/messages?after={after}&limit={PAGE}"
                page = await self._client.look_up(path, list[msgspec.Raw])
            except Rejected:
                return
            named = sorted((int(_id(one)), one) for one in page if _id(one))
            nameless = [one for one in page if not _id(one)]
            if page:
                yield [*nameless, *(one for _, one in named)]
            if not named:
                return
            after = str(named[-1][0])
            if len(page) < PAGE:
                return

    async def _keep(self, deliver: Deliver, channel: Channel, page: list[msgspec.Raw]) -> None:
        raws = []
        for message in page:
            around = Circumstances(
                bot=self._bot,
                guild=channel.guild_id or "",
                parent=(channel.parent_id or "") if channel.is_thread else "",
                owner=(channel.owner_id or "") if channel.is_thread else "",
                roles=await self._roles_of(message, channel.guild_id or ""),
            )
            raws.append(from_history(message, account=self._context.account, around=around, now=self._context.now()))
        self.listed += len(raws)
        held = await self._context.held([raw.delivery_id for raw in raws])
        missing = [raw for raw in raws if raw.delivery_id not in held]
        if missing:
            self._context.compared(Completeness(listed=self.listed, missing=len(missing)))
            await deliver(missing)

    async def _roles_of(self, message: msgspec.Raw, guild: str) -> tuple[str, ...]:
        """The roles of a message's author, which events tell and the past doesn't; asked only where they decide."""
        if not guild or not self._config.colleague_roles:
            return ()
        author = _author(message)
        if author is None or author.bot:
            return ()
        if (guild, author.id) not in self._roles:
            try:
                member = await self._client.look_up(f"guilds/{guild}/members/{author.id}", Member)
            except Rejected:  # has left
                member = Member()
            self._roles[guild, author.id] = member.roles
        return self._roles[guild, author.id]


def _id(message: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(message, type=Identified).id
    except UNREADABLE:
        return ""


def _author(message: msgspec.Raw) -> User | None:
    try:
        return msgspec.json.decode(message, type=Message).author
    except UNREADABLE:
        return None
