"""What is known of channels: which are threads, of which channel, begun by whom; and which private chats there are."""

from typing import Final

import msgspec

from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Rejected
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.client import DiscordClient
from connectors.discord.shapes import Channel, Frame

MOST: Final = 10_000  # channels that are remembered
CHATS_SCOPE: Final = "chats"
MOST_CHATS: Final = 500  # that are read after an absence: those with new customers last
_UNKNOWN: Final = Channel(id="0")


class _Threads(msgspec.Struct, frozen=True):
    threads: tuple[Channel, ...] = ()


class Channels:
    """Of one account, by what the gateway tells and what was asked for."""

    def __init__(self, client: DiscordClient, context: Context) -> None:
        self._client = client
        self._context = context
        self._known: dict[str, Channel] = {}
        self._chats: list[str] | None = None
        self._stored_chats: str | None = None

    def note(self, frame: Frame) -> None:
        """Learn from the gateway's events about servers and threads."""
        try:
            if frame.t in ("GUILD_CREATE", "THREAD_LIST_SYNC"):
                for thread in msgspec.json.decode(frame.d, type=_Threads).threads:
                    self._learn(thread)
            elif frame.t in ("THREAD_CREATE", "THREAD_UPDATE"):
                self._learn(msgspec.json.decode(frame.d, type=Channel))
        except UNREADABLE:
            self._context.log.warning("discord.unreadable", kind=frame.t)

    async def about(self, channel: str) -> Channel:
        """A server's channel; asked for where it isn't known. Raises Unavailable and AuthFailed."""
        if channel not in self._known:
            try:
                self._learn(await self._client.look_up(f"channels/{channel}", Channel))
            except Rejected:  # gone, or not to be seen any more
                self._learn(msgspec.structs.replace(_UNKNOWN, id=channel))
        return self._known.get(channel, _UNKNOWN)

    async def chats(self) -> list[str]:
        """The private chats that we know of, the newest last; Discord lists none to bots."""
        if self._chats is None:
            self._stored_chats = await self._context.cursor(CHATS_SCOPE)
            self._chats = self._stored_chats.split(",") if self._stored_chats else []
        return self._chats

    async def remember_chat(self, deliver: Deliver, channel: str) -> None:
        """Keep a private chat's id before its first message is, so that its past can be read. Raises NotCommitted."""
        chats = await self.chats()
        if channel in chats:
            return
        following = [*chats, channel][-MOST_CHATS:]
        value = ",".join(following)
        await deliver([], Cursor(scope=CHATS_SCOPE, value=value, expected=self._stored_chats))
        self._chats, self._stored_chats = following, value

    def _learn(self, channel: Channel) -> None:
        self._known.pop(channel.id, None)
        if len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[channel.id] = channel
