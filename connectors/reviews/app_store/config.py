"""The settings of an app in Apple's App Store."""

from typing import Annotated, Final

import msgspec

from channelhub.domain.secrets import Secret
from connectors.reviews.signing import HAS_KEYS

API_URL: Final = "https://api.appstoreconnect.apple.com"


class AppStoreConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One app. We ask the store; nothing has to be reachable from outside."""

    app_id: Annotated[
        str, msgspec.Meta(pattern=r"^[0-9]{1,20}\Z", description="The app's Apple ID, a number (App Information).")
    ]
    key_id: Annotated[
        str, msgspec.Meta(pattern=r"^[0-9A-Za-z]{1,40}\Z", description="The key's id, of the API keys' page.")
    ]
    private_key: Annotated[Secret, msgspec.Meta(description="The key itself, as Apple's .p8 file has it.")]
    issuer_id: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[0-9a-fA-F-]{0,40}\Z", description="The team's issuer id. Empty: the key is one person's."
        ),
    ] = ""
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=36_500, description="How old reviews of the first look may be. 0: only what comes from then on."
        ),
    ] = 0
    edits_days: Annotated[
        int, msgspec.Meta(ge=1, le=3650, description="How long a review is looked at again for its writer's edits.")
    ] = 90
    poll_s: Annotated[float, msgspec.Meta(ge=0.01, le=86_400, description="How often we ask, in seconds.")] = 600
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the API is, if a gateway of your own stands before it. Default: Apple's.",
        ),
    ] = API_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long a request may take, in seconds.")
    ] = 30

    def __post_init__(self) -> None:
        if not HAS_KEYS:
            raise ValueError("kind app_store needs the package cryptography: install channelhub[signatures]")
        if not self.private_key:
            raise ValueError("private_key is empty: name the .p8 file of App Store Connect by private_key_file")
