"""The settings of a Discord bot's account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

DISCORD_URL = "https://discord.com/api/v10"
EVERY_CHANNEL = "*"


class DiscordConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot. It needs no public address: the hub keeps a connection to Discord open."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's token, from the page Bot of its application.")]
    channels: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Channels and forums of servers, by their ids, whose messages and threads are customers'; * "
            "for all that the bot sees. Elsewhere only what mentions the bot is. Private chats with the bot always are."
        ),
    ] = ()
    colleagues: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Ids of people whose messages on servers are ours, not customers'."),
    ] = ()
    colleague_roles: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Ids of roles whose members are colleagues, too."),
    ] = ()
    backfill_hours: Annotated[
        int,
        msgspec.Meta(ge=0, le=720, description="How far back channels are read after we were away. 0: never."),
    ] = 72
    base_url: Annotated[
        str,
        msgspec.Meta(pattern=r"^https?://[^\s?#]+\Z", max_length=2000, description="The REST API. Default: Discord's."),
    ] = DISCORD_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to Discord may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: it stands on the page Bot of the application")


class Places(msgspec.Struct, frozen=True):
    """What the parser is given of an account's configuration."""

    channels: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    colleague_roles: tuple[str, ...] = ()

    def takes(self, *channels: str) -> bool:
        """Whether what is said in one of these, a channel and the one that it belongs to, is customers'."""
        return EVERY_CHANNEL in self.channels or any(one in self.channels for one in channels if one)


def places_of(config: DiscordConfig) -> Places:
    return Places(channels=config.channels, colleagues=config.colleagues, colleague_roles=config.colleague_roles)


def parse_settings(config: DiscordConfig) -> bytes:
    return msgspec.json.encode(places_of(config))
