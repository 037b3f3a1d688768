"""The settings of a Zendesk account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret
from connectors.helpdesk.config import HOST, HelpDeskConfig


class ZendeskConfig(HelpDeskConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Zendesk. It is asked for its tickets; nothing has to be reachable from outside unless it posts, too."""

    url: Annotated[
        str, msgspec.Meta(pattern=HOST, max_length=2000, description="Its address, such as https://shop.zendesk.com.")
    ]
    email: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[^\s/:]+@[^\s/:]+\Z", max_length=320, description="The agent's address that the API is asked as."
        ),
    ]
    api_token: Annotated[Secret, msgspec.Meta(description="An API token (Admin Center, Apps and integrations, APIs).")]
    signing_secret: Annotated[
        Secret, msgspec.Meta(description="The webhook's signing secret. Empty: no posts are taken.")
    ] = Secret()

    def __post_init__(self) -> None:
        if not self.api_token:
            raise ValueError("api_token is empty: make one in the Admin Center, Apps and integrations, APIs")
