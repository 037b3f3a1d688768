"""The settings of a Zammad account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret
from connectors.helpdesk.config import HOST, HelpDeskConfig


class ZammadConfig(HelpDeskConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Zammad. It is asked for its tickets; nothing has to be reachable from outside unless it posts, too."""

    url: Annotated[
        str, msgspec.Meta(pattern=HOST, max_length=2000, description="Its address, such as https://desk.example.com.")
    ]
    api_token: Annotated[
        Secret,
        msgspec.Meta(description="An access token with ticket.agent, of an agent who may read every group (Profile)."),
    ]
    signing_secret: Annotated[
        Secret, msgspec.Meta(description="The webhook's HMAC SHA1 signature token. Empty: no posts are taken.")
    ] = Secret()

    def __post_init__(self) -> None:
        if not self.api_token:
            raise ValueError("api_token is empty: make one in an agent's profile, Token Access")
