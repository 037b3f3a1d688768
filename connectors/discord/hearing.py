"""What becomes of an event: the gateway's own are learnt from, all others are stored with what is known around them."""

from typing import Final

import msgspec

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.channels import Channels
from connectors.discord.config import DiscordConfig
from connectors.discord.delivery import Circumstances, to_raw
from connectors.discord.echoes import Echoes
from connectors.discord.position import Keeper
from connectors.discord.shapes import Frame, User

#: About servers, channels and people's state, by how their names begin: nobody says anything there.
_STATE: Final = (
    "RESUMED", "GUILD_", "CHANNEL_", "THREAD_", "STAGE_", "INTEGRATION_", "TYPING_", "PRESENCE_", "VOICE_", "USER_",
    "APPLICATION_COMMAND_PERMISSIONS_", "AUTO_MODERATION_", "INVITE_", "WEBHOOKS_", "SOUNDBOARD_",
)  # fmt: skip
_PLACED: Final = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE"})


class _Peek(msgspec.Struct, frozen=True):
    channel_id: str = ""
    guild_id: str | None = None
    author: User | None = None


class Hearing:
    """Of one account."""

    def __init__(
        self, config: DiscordConfig, context: Context, keeper: Keeper, channels: Channels, echoes: Echoes, *, bot: str
    ) -> None:
        self._config = config
        self._context = context
        self._keeper = keeper
        self._channels = channels
        self._echoes = echoes
        self._bot = bot

    async def take(self, deliver: Deliver, frame: Frame, body: bytes) -> None:
        """Store an event and the place after it. Raises NotCommitted, and Unavailable where a thread isn't known and
        can't be asked for: the event comes again then."""
        if frame.t is None or frame.t.startswith(_STATE):
            self._channels.note(frame)
            if frame.s is not None:
                self._keeper.passed(frame.s)
            return
        peek = _peek(frame)
        if frame.t == "MESSAGE_CREATE" and peek.author and peek.author.id == self._bot:
            self._echoes.hear(frame)
        if frame.t == "MESSAGE_CREATE" and peek.channel_id.isdigit() and not peek.guild_id:
            await self._channels.remember_chat(deliver, peek.channel_id)
        raw = to_raw(
            frame,
            body,
            account=self._context.account,
            session=self._keeper.position.session_id,
            around=await self._around(frame, peek),
        )
        await self._keeper.keep(deliver, [raw], seq=frame.s)

    async def _around(self, frame: Frame, peek: _Peek) -> Circumstances:
        if frame.t not in _PLACED or not peek.guild_id or not peek.channel_id.isdigit() or not self._config.channels:
            return Circumstances(bot=self._bot, guild=peek.guild_id or "")
        channel = await self._channels.about(peek.channel_id)
        return Circumstances(
            bot=self._bot,
            guild=peek.guild_id,
            parent=(channel.parent_id or "") if channel.is_thread else "",
            owner=(channel.owner_id or "") if channel.is_thread else "",
        )


def _peek(frame: Frame) -> _Peek:
    try:
        return msgspec.json.decode(frame.d, type=_Peek)
    except UNREADABLE:
        return _Peek()
