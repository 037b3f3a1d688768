"""The settings of a Teams bot's account."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret
from connectors.teams.signature import HAS_RSA

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"
SHARED_TENANT = "botframework.com"  # of bots that serve every organisation
_URL = r"^https?://[^\s?#]+\Z"


class TeamsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bot. Microsoft posts to [http] public_url, which has to be https."""

    app_id: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[0-9a-fA-F-]{36}\Z",
            description="The bot's Microsoft App ID, from its Azure Bot's Configuration.",
        ),
    ]
    app_password: Annotated[Secret, msgspec.Meta(description="A client secret of that app, with which we answer.")]
    tenant: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[0-9A-Za-z.-]{0,100}\Z",
            description="The organisation of a single-tenant bot, by its id. Empty: a multi-tenant bot.",
        ),
    ] = ""
    service_urls: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Beginnings of addresses that answers may go to, beside Microsoft's own."),
    ] = ()
    openid_url: Annotated[
        str,
        msgspec.Meta(
            pattern=_URL, max_length=2000, description="Where the keys of posts are told. Default: Microsoft's."
        ),
    ] = OPENID_URL
    login_url: Annotated[
        str,
        msgspec.Meta(pattern=_URL, max_length=2000, description="Where tokens are given. Default: Microsoft's."),
    ] = LOGIN_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to Microsoft may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not HAS_RSA:
            raise ValueError("kind teams needs the package cryptography: install channelhub[signatures]")
        if not self.app_password:
            raise ValueError("app_password is empty: make a client secret under Certificates & secrets of the app")
