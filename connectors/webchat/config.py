"""The settings of a web chat account."""

from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.sdk.origins import site_of

_SHORTEST_SECRET = 16  # characters

Language = Literal["ru", "uk", "en"]


class WebchatConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chat that stands on the pages of a site, by one script tag."""

    allowed_origins: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description='Sites whose pages may open the chat, such as "https://shop.example"; "*" means any. Our own '
            "page always may, no other does.",
        ),
    ] = ()
    title: Annotated[
        str, msgspec.Meta(max_length=100, description="The heading of the chat. Empty: one per language.")
    ] = ""
    greeting: Annotated[
        str,
        msgspec.Meta(max_length=500, description="What stands above an empty conversation. Empty: one per language."),
    ] = ""
    languages: Annotated[
        tuple[Language, ...],
        msgspec.Meta(min_length=1, max_length=3, description="Languages of the chat; the default first."),
    ] = ("uk", "ru", "en")
    identity_secret: Annotated[
        Secret,
        msgspec.Meta(
            description="The site's secret for signed identity of its customers, 16 characters or more. Empty: none."
        ),
    ] = Secret()
    remember_days: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=730,
            description="How long a browser is known and its conversation shown to it, in days from its first message.",
        ),
    ] = 180
    ask_email_after_s: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=86_400,
            description="After so many seconds without an answer the chat asks for an email address, once; 0: never.",
        ),
    ] = 120
    unread_by: Annotated[
        str,
        msgspec.Meta(
            max_length=63,
            description="The mail account by which answers that were not read go to the address that their visitor "
            "left, too. Empty: none does.",
        ),
    ] = ""
    unread_after_minutes: Annotated[
        int, msgspec.Meta(ge=1, le=1440, description="How long an answer may stay unread until it goes by mail.")
    ] = 10
    rate_per_minute: Annotated[int, msgspec.Meta(ge=1, le=100_000, description="Messages per minute and visitor.")] = 30
    network_rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, le=100_000, description="Messages per minute and network (IPv4 /24, IPv6 /64).")
    ] = 120
    account_rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, le=1_000_000, description="Messages per minute of the whole chat.")
    ] = 6000
    network_bytes_per_minute: Annotated[
        int, msgspec.Meta(ge=1024, le=2**40, description="Bytes that a network may send in a minute, files included.")
    ] = 60 * 2**20
    max_connections: Annotated[
        int,
        msgspec.Meta(ge=1, le=100_000, description="Open pages of the whole chat; keep it below http.max_connections."),
    ] = 500
    network_connections: Annotated[
        int, msgspec.Meta(ge=1, le=100_000, description="Open pages per network (IPv4 /24, IPv6 /64).")
    ] = 50
    max_body_bytes: Annotated[
        int,
        msgspec.Meta(
            ge=1024,
            le=100 * 2**20,
            description="The largest message in bytes; a file takes a third more than it has.",
        ),
    ] = 15 * 2**20
    max_files: Annotated[int, msgspec.Meta(ge=0, le=20, description="The most files in a message; 0: none.")] = 5
    max_text_chars: Annotated[
        int, msgspec.Meta(ge=100, le=10_000, description="The longest message, in characters.")
    ] = 5000

    def __post_init__(self) -> None:
        for origin in self.allowed_origins:
            if origin != "*" and not site_of(origin):
                raise ValueError(f'allowed_origins: {origin!r} is no site such as "https://shop.example", and not "*"')
        if self.identity_secret and len(self.identity_secret.reveal()) < _SHORTEST_SECRET:
            raise ValueError(f"identity_secret must have at least {_SHORTEST_SECRET} characters")
