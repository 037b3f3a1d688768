"""The settings of a Chatwoot account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret
from connectors.helpdesk.config import HOST, HelpDeskConfig


class ChatwootConfig(HelpDeskConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account of a Chatwoot. It is asked for its conversations; it posts, too, if its webhook is set."""

    url: Annotated[
        str, msgspec.Meta(pattern=HOST, max_length=2000, description="Its address, such as https://chat.example.com.")
    ]
    account_id: Annotated[int, msgspec.Meta(ge=1, description="The account's number, as in its pages' addresses.")]
    api_token: Annotated[
        Secret, msgspec.Meta(description="The access token of an agent who sees every inbox (Profile settings).")
    ]
    signing_secret: Annotated[
        Secret, msgspec.Meta(description="The webhook's secret, where Chatwoot shows one. Empty: none.")
    ] = Secret()
    hook_token: Annotated[
        Secret,
        msgspec.Meta(
            description="What the webhook's address ends in (?token=…), for versions that sign nothing. Empty: none."
        ),
    ] = Secret()
    media_hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(max_length=20, description="Further hosts that it keeps files at, such as those of its S3 store."),
    ] = ()

    def __post_init__(self) -> None:
        if not self.api_token:
            raise ValueError("api_token is empty: it stands in an agent's profile settings")
