"""The settings of a LINE official account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

LINE_URL = "https://api.line.me"
CONTENT_URL = "https://api-data.line.me"
_URL = r"^https?://[^\s?#]+\Z"


class LineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Messaging API channel. LINE posts to [http] public_url, which has to be https."""

    channel_secret: Annotated[
        Secret, msgspec.Meta(description="What LINE signs its posts with (Basic settings, Channel secret).")
    ]
    token: Annotated[
        Secret, msgspec.Meta(description="The long-lived channel access token (Messaging API), with which we answer.")
    ]
    groups: Annotated[
        bool,
        msgspec.Meta(
            description="Whether what is said in groups and rooms are customers' messages. "
            "If not, it is stored and shown as an unknown event, and opens nothing."
        ),
    ] = False
    base_url: Annotated[
        str, msgspec.Meta(pattern=_URL, max_length=2000, description="Where the Messaging API is. Default: LINE's.")
    ] = LINE_URL
    content_url: Annotated[
        str, msgspec.Meta(pattern=_URL, max_length=2000, description="Where customers' files are. Default: LINE's.")
    ] = CONTENT_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to LINE may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.channel_secret:
            raise ValueError("channel_secret is empty: it stands in the channel's Basic settings")
        if not self.token:
            raise ValueError("token is empty: issue one on the channel's Messaging API page")
