"""The settings of a Bluesky account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

BLUESKY_URL = "https://bsky.social"
CDN_URL = "https://cdn.bsky.app"
_URL = r"^https?://[^\s?#]+\Z"


class BlueskyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account. We ask its server; nothing has to be reachable from outside."""

    identifier: Annotated[
        str,
        msgspec.Meta(
            min_length=3, max_length=253, description="The account's handle, such as shop.example.com, or its DID."
        ),
    ]
    app_password: Annotated[
        Secret,
        msgspec.Meta(description="An app password (Settings, Privacy and security), not the account's own."),
    ]
    direct_messages: Annotated[
        bool,
        msgspec.Meta(description="Whether direct messages are taken. The app password must allow them."),
    ] = True
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=36_500,
            description="How far back mentions are taken at the first start. 0: only what comes from then on.",
        ),
    ] = 0
    poll_s: Annotated[float, msgspec.Meta(ge=0.01, le=3600, description="How often we ask, in seconds.")] = 20
    service: Annotated[
        str,
        msgspec.Meta(pattern=_URL, max_length=2000, description="The account's server (PDS). Default: Bluesky's."),
    ] = BLUESKY_URL
    cdn: Annotated[
        str,
        msgspec.Meta(pattern=_URL, max_length=2000, description="Where pictures are had from. Default: Bluesky's."),
    ] = CDN_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.app_password:
            raise ValueError("app_password is empty: make one in the account's settings, App passwords")
