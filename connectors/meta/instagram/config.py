"""The settings of an Instagram account."""

from typing import Annotated, ClassVar

import msgspec

from connectors.meta.inbox.config import InboxConfig

INSTAGRAM_URL = "https://graph.instagram.com"


class InstagramConfig(InboxConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One professional account, by the API with Instagram Login. `app_secret` is the Instagram app's own."""

    place_key: ClassVar[str] = "instagram_id"

    instagram_id: Annotated[
        str, msgspec.Meta(pattern=r"^[0-9]{1,32}\Z", description="The professional account's id, a number.")
    ]
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z", max_length=2000, description="Where Instagram's API is. Default: Meta's."
        ),
    ] = INSTAGRAM_URL
