"""The settings of a Mastodon account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret


class MastodonConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account at its instance. We ask the instance; nothing has to be reachable from outside."""

    instance: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="The account's instance, such as https://mastodon.example.",
        ),
    ]
    token: Annotated[
        Secret, msgspec.Meta(description="The access token of an application of the account's, with scopes read write.")
    ]
    media_hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=20,
            description="Further hosts that the instance keeps files at. Its own and those below it are known.",
        ),
    ] = ()
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=36_500,
            description="How far back mentions are taken at the first start. 0: only what comes from then on.",
        ),
    ] = 0
    poll_s: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=3600, description="How often the list is looked at besides, in seconds: streams lose things."
        ),
    ] = 60
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: make an application in the account's settings, Development")
