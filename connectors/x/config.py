"""The settings of an X account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

X_URL = "https://api.x.com"


class XConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account, through an app of yours. X posts to [http] public_url: https, on port 443."""

    user_id: Annotated[
        str, msgspec.Meta(pattern=r"^[0-9]{1,20}\Z", description="The account's id, a number, not its @name.")
    ]
    consumer_key: Annotated[Secret, msgspec.Meta(description="The app's API key.")]
    consumer_secret: Annotated[
        Secret, msgspec.Meta(description="The app's API key secret, with which X signs what it posts.")
    ]
    bearer_token: Annotated[Secret, msgspec.Meta(description="The app's bearer token, with which the webhook is set.")]
    access_token: Annotated[
        Secret,
        msgspec.Meta(description="The account's access token for the app, with which we answer. Empty: no answers."),
    ] = Secret()
    access_token_secret: Annotated[Secret, msgspec.Meta(description="The secret of that access token.")] = Secret()
    posts: Annotated[
        bool,
        msgspec.Meta(
            description="Whether mentions of the account and answers to it are customers' messages, answered in "
            "public. If not, they are stored and shown as unknown events, and open nothing."
        ),
    ] = True
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the API is, if a gateway of your own stands before it. Default: X's.",
        ),
    ] = X_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to X may take, in seconds.")
    ] = 20

    @property
    def can_answer(self) -> bool:
        return bool(self.access_token)

    def __post_init__(self) -> None:
        for name in ("consumer_key", "consumer_secret", "bearer_token"):
            if not getattr(self, name):
                raise ValueError(
                    f"{name} is empty: it stands in X's developer console, under the app's keys and tokens"
                )
        if bool(self.access_token) != bool(self.access_token_secret):
            raise ValueError("access_token and access_token_secret belong together: set both, or none")
