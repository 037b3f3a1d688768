"""The settings of a MAX bot's account."""

import re
from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret

MAX_URL = "https://platform-api2.max.ru"
_SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")  # dev.max.ru, POST /subscriptions


class MaxConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot. A webhook needs a public https address; polling is what MAX has for development."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's token (MAX for partners, Integration).")]
    webhook_secret: Annotated[
        Secret,
        msgspec.Meta(description="What MAX proves itself with: 5 to 256 of A-Z a-z 0-9 -, made up by you."),
    ]
    mode: Annotated[
        Literal["webhook", "polling"],
        msgspec.Meta(
            description="webhook: MAX posts to [http] public_url. polling: we ask MAX, for trying things out."
        ),
    ] = "webhook"
    ca_file: Annotated[
        str,
        msgspec.Meta(
            max_length=4000,
            description="PEM file with the Russian root certificate that MAX's own is signed by. It is trusted for "
            "this account's requests to MAX only. Empty: what the system trusts.",
        ),
    ] = ""
    groups: Annotated[
        bool,
        msgspec.Meta(
            description="Whether what is said in groups and channels are customers' messages. "
            "If not, it is stored and shown as an unknown event, and opens nothing."
        ),
    ] = False
    poll_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=30, description="How long one request waits for news, in seconds.")
    ] = 30
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the Bot API is, if a gateway of your own stands before it. Default: MAX's.",
        ),
    ] = MAX_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to MAX may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: it stands at MAX for partners, under the bot's Integration")
        if not _SECRET.fullmatch(self.webhook_secret.reveal()):
            raise ValueError("webhook_secret must be 5 to 256 characters of A-Z a-z 0-9 -")
