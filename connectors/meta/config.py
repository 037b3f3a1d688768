"""What every account at Meta is configured with: the app that posts to us, and the token that we call with."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

GRAPH_URL = "https://graph.facebook.com"


class MetaConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The app and its token."""

    token: Annotated[Secret, msgspec.Meta(description="The access token that we call the Graph API with.")]
    app_secret: Annotated[
        Secret, msgspec.Meta(description="The app's secret, with which Meta signs what it posts (App settings, Basic).")
    ]
    verify_token: Annotated[
        Secret, msgspec.Meta(description="What Meta shows when you enter the webhook's address; made up by you.")
    ]
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z", max_length=2000, description="Where the Graph API is. Default: Meta's."
        ),
    ] = GRAPH_URL
    version: Annotated[
        str, msgspec.Meta(pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}\Z", description="Version of the Graph API.")
    ] = "v25.0"
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to the Graph API may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        """Raises ValueError, so that it is told when the configuration is read."""
        for name in ("token", "app_secret", "verify_token"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty: see the connector's README for where to find it")

    @property
    def api_url(self) -> str:
        """The start of every address of the Graph API, without a slash at the end."""
        return f"{self.base_url.rstrip('/')}/{self.version}"
