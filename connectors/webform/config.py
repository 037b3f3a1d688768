"""The settings of a web form account."""

from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret
from connectors.webform.definition import FormConfig, Language, check_forms, needs_files
from connectors.webform.spam import Doubt

_SHORTEST_SECRET = 16  # characters
MOST_PROOF_BITS = 20


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
    forms: Annotated[
        dict[str, FormConfig],
        msgspec.Meta(description="Further forms, each at an address of its own: [accounts.A.forms.NAME]."),
    ] = {}
    status_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=3650, description="For how many days the link after sending shows how the request stands. 0: none."
        ),
    ] = 30
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
    proof_bits: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=MOST_PROOF_BITS,
            description="How much the page's script works before it sends: 2 to the power of this many digests. "
            "0: no such proof.",
        ),
    ] = 14
    captcha: Annotated[
        Literal["", "hcaptcha", "turnstile", "recaptcha"],
        msgspec.Meta(description="Whose captcha the pages show. Empty: none."),
    ] = ""
    captcha_site_key: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9_-]*$", max_length=200, description="The site key, from the captcha's own settings."
        ),
    ] = ""
    captcha_secret: Annotated[
        Secret, msgspec.Meta(description="The captcha's secret key, with which its answers are checked.")
    ] = Secret()
    captcha_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[^\s?#]+)?$",
            max_length=2000,
            description="Where answers are checked, if a gateway stands before it. Empty: the captcha's own.",
        ),
    ] = ""
    spam_words: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=500, description="Words that speak for spam, in any case of letters, anywhere in a post."
        ),
    ] = ()
    spam_weights: Annotated[
        dict[Doubt, Annotated[float, msgspec.Meta(ge=0, le=1)]],
        msgspec.Meta(description="How much a doubt says by itself, 0 to 1, where it shall be another than ours."),
    ] = {}
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
        check_forms(self.forms)
        needing = [name for name, form in self.forms.items() if not self.max_files and needs_files(form)]
        if needing:
            raise ValueError(f"max_files: is 0, but form {needing[0]} requires a file")
        if any(not word.strip() or len(word) > 100 for word in self.spam_words):
            raise ValueError("spam_words: expected words of 1 to 100 characters")
        if self.captcha and not (self.captcha_site_key and self.captcha_secret):
            raise ValueError("captcha: needs captcha_site_key and captcha_secret, from the captcha's own settings")
        for name in ("identity_secret", "time_token_secret"):
            secret: Secret = getattr(self, name)
            if secret and len(secret.reveal()) < _SHORTEST_SECRET:
                raise ValueError(f"{name} must have at least {_SHORTEST_SECRET} characters")
