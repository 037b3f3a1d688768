"""The settings of a web form account."""

from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret

_SHORTEST_SECRET = 16  # characters

Language = Literal["ru", "uk", "en"]


class WebformConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact form: a hosted page, a snippet for the site, and a place for the site's own form to post to."""

    title: Annotated[
        str, msgspec.Meta(max_length=200, description="The heading of the hosted page. Empty: a greeting per language.")
    ] = ""
    languages: Annotated[
        tuple[Language, ...],
        msgspec.Meta(min_length=1, max_length=3, description="Languages of the page, the default first."),
    ] = ("uk", "ru", "en")
    thanks_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[^\s;,'\"]+)?$",
            max_length=2000,
            description="Where a plain HTML form is sent afterwards (303). Empty: our own thanks page.",
        ),
    ] = ""
    answers_by: Annotated[
        str,
        msgspec.Meta(
            max_length=63,
            description="The mail account through which answers and notices go to the addresses that visitors give. "
            "Empty: nobody is written to.",
        ),
    ] = ""
    allowed_origins: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description='Sites whose scripts may post (CORS), such as "https://shop.example"; "*" means any. '
            "Our own public_url always may.",
        ),
    ] = ()
    rate_per_minute: Annotated[
        int, msgspec.Meta(ge=1, le=100_000, description="Posts per minute and origin (IPv4 /24, IPv6 /64).")
    ] = 60
    max_body_bytes: Annotated[
        int, msgspec.Meta(ge=1024, le=100 * 2**20, description="The largest post, files included, in bytes.")
    ] = 10 * 2**20
    max_files: Annotated[int, msgspec.Meta(ge=0, le=100, description="The most files in a post.")] = 20
    max_field_chars: Annotated[
        int, msgspec.Meta(ge=100, le=1_000_000, description="The longest field, the message included, in characters.")
    ] = 20_000
    identity_secret: Annotated[
        Secret,
        msgspec.Meta(description="The site's secret for signed identity tokens, 16 characters or more. Empty: none."),
    ] = Secret()
    time_token_secret: Annotated[
        Secret,
        msgspec.Meta(
            description="Signs the time a page was drawn, at least 16 characters. Empty: a new one at each start, so "
            "that a page drawn before a restart counts as one without."
        ),
    ] = Secret()

    def __post_init__(self) -> None:
        for name in ("identity_secret", "time_token_secret"):
            secret: Secret = getattr(self, name)
            if secret and len(secret.reveal()) < _SHORTEST_SECRET:
                raise ValueError(f"{name} must have at least {_SHORTEST_SECRET} characters")
