"""The settings of an account that takes messages over `POST /api/v1/messages`, and sends answers to a callback."""

import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.sdk.webhooks import NotASecret, read_secret


class ApiConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account for systems that post messages with a token of the role `ingest`."""

    trust: Annotated[
        Literal["verified", "claimed"],
        msgspec.Meta(
            description="verified: the sending system knows its customers, the identities it names are believed and "
            "link. claimed: they are only suggestions, for systems that pass on what a stranger typed."
        ),
    ] = "verified"
    reply_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[!-~]{1,2000})?\Z",
            description="Where what we write to its customers is posted, as signed JSON. Empty: it can't send.",
        ),
    ] = ""
    reply_secret: Annotated[
        Secret,
        msgspec.Meta(
            description="Signs these posts (Standard Webhooks): whsec_ and base64 of 24 to 64 random bytes; better "
            "given as reply_secret_file."
        ),
    ] = Secret()
    reply_networks: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description="Networks that are not public and that reply_url may lead to, such as 10.0.0.0/8. Plain http "
            "needs one.",
        ),
    ] = ()
    reply_timeout_s: Annotated[
        float, msgspec.Meta(ge=1, le=50, description="Longest time for one such post, its answer included, seconds.")
    ] = 15.0
    reply_at_once: Annotated[int, msgspec.Meta(ge=1, le=100, description="Such posts under way at one moment.")] = 4

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        for network in self.reply_networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise ValueError(f"reply_networks: expected addresses or networks: {exc}") from exc
        if not self.reply_url:
            return
        _check_url(self.reply_url, is_plain_allowed=bool(self.reply_networks))
        try:
            read_secret(self.reply_secret.reveal())
        except NotASecret as exc:
            raise ValueError(f"reply_secret: {exc}") from exc


def _check_url(url: str, *, is_plain_allowed: bool) -> None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("reply_url: expected https://host/path, without a user name or #")
    if parts.scheme == "http" and not is_plain_allowed:
        raise ValueError("reply_url: expected https; plain http only leads to reply_networks")
