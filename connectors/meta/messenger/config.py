"""The settings of a Facebook page's account."""

from typing import Annotated, ClassVar

import msgspec

from connectors.meta.inbox.config import InboxConfig


class MessengerConfig(InboxConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page. `token` is the page's."""

    place_key: ClassVar[str] = "page_id"

    page_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,32}\Z", description="The page's id, a number.")]
