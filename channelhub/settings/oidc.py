"""`[oidc]`: another server that people sign in at (OpenID Connect)."""

import ipaddress
from importlib.util import find_spec
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.secrets import Secret


class OidcSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People sign in with an account of another server, beside their password here. Needs `channelhub[signatures]`."""

    issuer: Annotated[
        str,
        msgspec.Meta(
            max_length=300,
            description="The server's issuer, https://id.example.com/realms/main; below it lies "
            ".well-known/openid-configuration. Empty: nobody signs in so. The redirect address to register there "
            "is public_url with /signin-elsewhere/done.",
        ),
    ] = ""
    client_id: Annotated[str, msgspec.Meta(max_length=300, description="As the hub is registered there.")] = ""
    client_secret: Annotated[Secret, msgspec.Meta(description="What it got with that. Empty: a public client.")] = (
        Secret()
    )
    title: Annotated[
        str, msgspec.Meta(max_length=300, description="How the sign-in page calls the server. Empty: by its host.")
    ] = ""
    new_role: Annotated[
        Literal["", "reader", "agent", "lead"],
        msgspec.Meta(
            description="Role of people who sign in for the first time and have no login here yet: reader, agent, "
            "lead. Empty: they are refused; those with a login connect it on the page of their own account."
        ),
    ] = ""

    def __post_init__(self) -> None:
        if not self.issuer:
            return
        parts = urlsplit(self.issuer)
        if (
            parts.query
            or parts.fragment
            or not parts.hostname
            or not (parts.scheme == "https" or _is_here(parts.hostname))
        ):
            raise ValueError("issuer: expected an https address without query")
        if not self.client_id:
            raise ValueError("client_id: expected with issuer")
        if find_spec("cryptography") is None:
            raise ValueError("issuer: signing in elsewhere needs channelhub[signatures] installed")

    @property
    def shown_title(self) -> str:
        return self.title or urlsplit(self.issuer).hostname or ""


def _is_here(host: str) -> bool:
    """Whether it is this machine, where http will do."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
