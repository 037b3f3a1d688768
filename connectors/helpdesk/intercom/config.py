"""The settings of an Intercom account."""

from typing import Annotated, Final

import msgspec

from channelhub.domain.secrets import Secret
from connectors.helpdesk.config import HOST, HelpDeskConfig

#: Where workspaces of the United States, Europe and Australia are asked (developers.intercom.com, making requests).
REGIONS: Final = ("https://api.intercom.io", "https://api.eu.intercom.io", "https://api.au.intercom.io")


class IntercomConfig(HelpDeskConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One workspace of Intercom. It is asked for its conversations; it posts, too, if its app's webhook is set."""

    url: Annotated[
        str,
        msgspec.Meta(
            pattern=HOST,
            max_length=2000,
            description="Where its region's API is: https://api.intercom.io, https://api.eu.intercom.io (Europe) or "
            "https://api.au.intercom.io (Australia).",
        ),
    ] = REGIONS[0]
    access_token: Annotated[
        Secret, msgspec.Meta(description="The access token of your app (Developer Hub, Configure, Authentication).")
    ]
    client_secret: Annotated[
        Secret,
        msgspec.Meta(description="The app's client secret, which signs its posts. Empty: no posts are taken."),
    ] = Secret()

    def __post_init__(self) -> None:
        if not self.access_token:
            raise ValueError("access_token is empty: it stands in the Developer Hub, under Configure, Authentication")
