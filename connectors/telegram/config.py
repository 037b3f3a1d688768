"""The settings of a Telegram bot's account."""

import re
from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret

TELEGRAM_URL = "https://api.telegram.org"

#: What we ask for. Asked for nothing, Telegram sends no reactions (core.telegram.org/bots/api#getupdates).
EVERY_UPDATE = (
    "message", "edited_message", "channel_post", "edited_channel_post", "guest_message", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction", "callback_query",
    "my_chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "poll", "poll_answer", "inline_query",
    "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media", "managed_bot",
    "subscription",
)  # fmt: skip

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook


class TelegramConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot. Polling needs nothing but the token; a webhook needs a public https address as well."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's token as BotFather gave it.")]
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="A Bot API server of your own, without /bot and the token. Default: Telegram's.",
        ),
    ] = TELEGRAM_URL
    mode: Annotated[
        Literal["polling", "webhook"],
        msgspec.Meta(description="polling: we ask Telegram. webhook: Telegram posts to [http] public_url."),
    ] = "polling"
    webhook_secret: Annotated[
        Secret,
        msgspec.Meta(
            description="What Telegram proves itself with in webhook mode: 1 to 256 of A-Z a-z 0-9 _ -, made up by you."
        ),
    ] = Secret()
    groups: Annotated[
        bool,
        msgspec.Meta(
            description="Whether what is said in groups and channels are customers' messages. "
            "If not, it is stored and shown as an unknown event, and opens nothing."
        ),
    ] = False
    poll_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long one request waits for news, in seconds.")
    ] = 50
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long any other request may take, in seconds.")
    ] = 20
    allowed_updates: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description="Kinds of updates that Telegram shall send. Empty: all of Bot API 10.3 but for other members' "
            "comings and goings and counts of anonymous reactions.",
        ),
    ] = ()

    @property
    def updates(self) -> tuple[str, ...]:
        """The kinds of updates to ask for."""
        return self.allowed_updates or EVERY_UPDATE

    def __post_init__(self) -> None:
        secret = self.webhook_secret.reveal()
        if self.mode == "webhook" and not secret:
            raise ValueError('mode = "webhook" needs webhook_secret (or webhook_secret_file)')
        if secret and not _SECRET.fullmatch(secret):
            raise ValueError("webhook_secret must be 1 to 256 characters of A-Z a-z 0-9 _ -")
        if not self.token:
            raise ValueError("token is empty: ask BotFather for one")
