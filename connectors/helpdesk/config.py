"""The settings that accounts of every help desk have."""

from typing import Annotated, Literal

import msgspec

HOST = r"^https?://[^\s?#]+\Z"


class HelpDeskConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One help desk. It is read by its API; its webhook, if set, only brings what is new sooner."""

    trust: Annotated[
        Literal["claimed", "verified"],
        msgspec.Meta(
            description="Whether the addresses that it has of a customer join them with other channels by themselves "
            "(verified), or are only suggested (claimed). Anybody can write anybody's address into a form."
        ),
    ] = "claimed"
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=20_000,
            description="How far back messages are taken at the first start. 0: only what comes from then on.",
        ),
    ] = 0
    poll_s: Annotated[
        int, msgspec.Meta(ge=1, le=86_400, description="How often it is asked what is new, in seconds.")
    ] = 60
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 30
