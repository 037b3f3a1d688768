"""The settings of a feed's account."""

from typing import Annotated

import msgspec


class FeedConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed at one address. We ask for it; nothing has to be reachable from outside."""

    url: Annotated[
        str,
        msgspec.Meta(pattern=r"^https?://[^\s#]+\Z", max_length=2000, description="Where the feed is."),
    ]
    language: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([a-z]{2,3})?\Z",
            description="Language of its items (ru, uk, en), where all are in one. Empty: found from each text.",
        ),
    ] = ""
    media_hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=20,
            description="Hosts that its items' files are fetched from, besides the feed's own and those below it.",
        ),
    ] = ()
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=36_500,
            description="How old items of the first look may be. 0: only what comes from then on.",
        ),
    ] = 0
    poll_s: Annotated[
        float,
        msgspec.Meta(
            ge=0.01, le=86_400, description="How often we ask, in seconds; less often where the feed says so."
        ),
    ] = 600
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 30
