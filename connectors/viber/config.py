"""The settings of a Viber bot's account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

VIBER_URL = "https://chatapi.viber.com/pa"
MAX_NAME_CHARS = 28  # of who a message is from (developers.viber.com, send_message)


class ViberConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot. Viber posts to [http] public_url, which has to be https with a certificate of a public authority."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's authentication token, from its settings at Viber.")]
    name: Annotated[
        str,
        msgspec.Meta(min_length=1, max_length=MAX_NAME_CHARS, description="Who answers are from, as customers see it."),
    ]
    avatar: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https://[^\s]+)?\Z",
            max_length=2000,
            description="Address of a picture beside that name, 100 KB at most. Empty: none.",
        ),
    ] = ""
    welcome: Annotated[
        str,
        msgspec.Meta(
            max_length=7000,
            description="What people read who open the chat for the first time, before they write. Empty: nothing.",
        ),
    ] = ""
    messages_per_minute: Annotated[
        int,
        msgspec.Meta(ge=1, le=3000, description="The most that are sent in a minute; bursts are a sixth of it."),
    ] = 1500
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the Bot API is, if a gateway of your own stands before it. Default: Viber's.",
        ),
    ] = VIBER_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to Viber may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: it stands in the bot's settings at partners.viber.com")
        if not self.name.strip():
            raise ValueError("name is blank: Viber takes no message without the name of who writes")
