"""The settings of an app in Google Play."""

from typing import Annotated, Final

import msgspec

from channelhub.domain.secrets import Secret
from connectors.reviews.signing import HAS_KEYS

API_URL: Final = "https://androidpublisher.googleapis.com/androidpublisher/v3"
TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_URL: Final = r"^https?://[^\s?#]+\Z"


class GooglePlayConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One app. We ask the store; nothing has to be reachable from outside."""

    package_name: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9_.]{1,200}\Z", description="The app's package name, such as com.example.shop."
        ),
    ]
    service_account: Annotated[
        Secret, msgspec.Meta(description="The key of a service account, as Google's JSON file has it.")
    ]
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=36_500,
            description="How old reviews of the first look may be, a week at most. 0: only what comes from then on.",
        ),
    ] = 0
    poll_s: Annotated[
        float, msgspec.Meta(ge=0.01, le=86_400, description="How often we ask, in seconds: Google allows 200 an hour.")
    ] = 900
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=_URL,
            max_length=2000,
            description="Where the API is, if a gateway of your own stands before it. Default: Google's.",
        ),
    ] = API_URL
    token_url: Annotated[
        str, msgspec.Meta(pattern=_URL, max_length=2000, description="Where tokens are given. Default: Google's.")
    ] = TOKEN_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 30

    def __post_init__(self) -> None:
        if not HAS_KEYS:
            raise ValueError("kind google_play needs the package cryptography: install channelhub[signatures]")
        if not self.service_account:
            raise ValueError("service_account is empty: name the JSON file of the key by service_account_file")
