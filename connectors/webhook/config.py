"""The settings of an account that takes posts of any system by mappings."""

import ipaddress
import re
from typing import Annotated, Final, Literal

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import MAX_PARSE_SETTINGS_BYTES
from channelhub.sdk.webhook_keys import NotAKey
from channelhub.sdk.webhook_proof import read_verifying_key
from channelhub.sdk.webhooks import NotASecret
from connectors.webhook.files import read_host
from connectors.webhook.mapping import MOST_MAPPINGS, Mapping, ParseSettings, check_batch
from connectors.webhook.templates import read_template

LEAST_SECRET_CHARS: Final = 8  # some systems make short ones
_HEADER: Final = r"^([!#$%&*+.^_`|~0-9A-Za-z-]{1,100})?\Z"
_HOLE = re.compile(r"\{([^{}]*)\}")


class WebhookConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One system that posts to /hooks/NAME."""

    proof: Annotated[
        Literal["hmac", "standard-webhooks", "token", "password", "field", "network"],
        msgspec.Meta(
            description="How the system proves itself: hmac (a signature over the body), standard-webhooks, token (the "
            "secret in a header), password (HTTP Basic), field (the secret in a field of the address or form), network "
            "(only where it comes from)."
        ),
    ]
    secret: Annotated[
        Secret,
        msgspec.Meta(
            description="What it proves itself with, as it is set there: whsec_… or whpk_… for standard-webhooks, "
            "empty for network."
        ),
    ]
    mappings: Annotated[
        tuple[Mapping, ...],
        msgspec.Meta(
            min_length=1,
            max_length=MOST_MAPPINGS,
            description="How posts are read: the first mapping that fits. Their keys stand in "
            "connectors/webhook/README.md.",
        ),
    ]
    trust: Annotated[
        Literal["verified", "claimed"],
        msgspec.Meta(
            description="verified: the system knows its customers, the identities that mappings find are believed and "
            "link. claimed: they are only suggestions."
        ),
    ] = "claimed"
    previous_secret: Annotated[
        Secret, msgspec.Meta(description="The one before, while the system changes over to the new one.")
    ] = Secret()
    header: Annotated[
        str,
        msgspec.Meta(
            pattern=_HEADER,
            description="The header of the signature, or of the token (empty: Authorization, as Bearer).",
        ),
    ] = ""
    prefix: Annotated[
        str, msgspec.Meta(max_length=50, description="What stands in that header before it, such as sha256=.")
    ] = ""
    digest: Annotated[
        Literal["sha256", "sha1"], msgspec.Meta(description="The hash of an hmac: sha1 only where there is no other.")
    ] = "sha256"
    encoding: Annotated[
        Literal["hex", "base64"], msgspec.Meta(description="How the signature of an hmac is written.")
    ] = "hex"
    signed: Annotated[
        str,
        msgspec.Meta(
            max_length=200,
            description="What an hmac signs: {body} as it came, perhaps with {timestamp}, as in v0:{timestamp}:{body}.",
        ),
    ] = "{body}"
    timestamp_header: Annotated[
        str,
        msgspec.Meta(
            pattern=_HEADER,
            description="The header of {timestamp}; what was signed over five minutes ago is refused.",
        ),
    ] = ""
    field: Annotated[
        str,
        msgspec.Meta(
            max_length=100,
            description="The field that holds the secret; it is not stored with the post.",
        ),
    ] = "token"
    username: Annotated[
        str, msgspec.Meta(max_length=200, description="The user name of a password; the secret is the password.")
    ] = "channelhub"
    networks: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=200,
            description="Addresses and networks that posts are taken from, such as 203.0.113.0/24. Empty: from any.",
        ),
    ] = ()
    body: Annotated[
        Literal["json", "form", "query"],
        msgspec.Meta(
            description="What is posted: JSON, form fields (urlencoded), or nothing but an address with fields (GET)."
        ),
    ] = "json"
    batch: Annotated[
        str,
        msgspec.Meta(
            max_length=500,
            description="Where several items stand in one post, such as $.events[*]: @ in a mapping is then the item.",
        ),
    ] = ""
    delivery_id: Annotated[
        str,
        msgspec.Meta(
            max_length=1000,
            description="What names a post, where repetitions differ in their bytes, such as header:X-Delivery. Empty: "
            "its bytes. Two posts with one name are one.",
        ),
    ] = ""
    file_hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=50,
            description="Hosts that files of posts are fetched from: files.example.com, .example.com for all below it, "
            "or the address of an inner server, http://10.0.0.5:8080. Empty: none is fetched.",
        ),
    ] = ()
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024, le=16 * 2**20, description="The largest post, in bytes.")] = (
        1024 * 1024
    )
    posts_per_minute: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=1_000_000, description="Proved posts that are taken in a minute, then 429; 0 for any number."
        ),
    ] = 6000
    answer_status: Annotated[
        int, msgspec.Meta(ge=200, le=299, description="What the system wants to hear when a post is stored.")
    ] = 200
    answer_body: Annotated[str, msgspec.Meta(max_length=1000, description="The body of that answer.")] = ""
    answer_type: Annotated[
        Literal["text/plain", "application/json", "application/xml"],
        msgspec.Meta(description="The media type of that body."),
    ] = "text/plain"

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        self._check_secrets()
        self._check_signature()
        for network in self.networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise ValueError(f"networks: expected addresses or networks: {exc}") from exc
        if self.proof == "network" and not self.networks:
            raise ValueError('networks: proof = "network" needs the networks that posts are taken from')
        for text in self.file_hosts:
            try:
                read_host(text)
            except ValueError as exc:
                raise ValueError(f"file_hosts: {exc}") from exc
        for key, text, check in (("batch", self.batch, check_batch), ("delivery_id", self.delivery_id, read_template)):
            try:
                if text:
                    check(text)
            except ValueError as exc:
                raise ValueError(f"{key}: {exc}") from exc
        self._check_mappings()
        if self.answer_status == 204 and self.answer_body:
            raise ValueError("answer_body: an answer with the status 204 has none")
        if len(parse_settings(self)) > MAX_PARSE_SETTINGS_BYTES:
            raise ValueError(f"mappings: together more than {MAX_PARSE_SETTINGS_BYTES} bytes")

    def _check_mappings(self) -> None:
        if any(one.gives == "receipt" for one in self.mappings):
            raise ValueError("mappings: this kind sends nothing that a receipt could be about; the kind sms does")

    def _check_secrets(self) -> None:
        if self.proof == "network":
            return
        for key in ("secret", "previous_secret"):
            secret: Secret = getattr(self, key)
            if not secret and key == "previous_secret":
                continue
            if self.proof == "standard-webhooks":
                try:
                    read_verifying_key(secret.reveal())
                except (NotASecret, NotAKey) as exc:
                    raise ValueError(f"{key}: {exc}") from exc
            elif len(secret.reveal()) < LEAST_SECRET_CHARS:
                raise ValueError(f"{key}: expected at least {LEAST_SECRET_CHARS} characters")

    def _check_signature(self) -> None:
        if self.proof == "hmac" and not self.header:
            raise ValueError('header: proof = "hmac" needs the header of the signature')
        holes = _HOLE.findall(self.signed)
        if holes.count("body") != 1 or set(holes) - {"body", "timestamp"}:
            raise ValueError("signed: expected {body} once, and no other than {timestamp} beside it")
        if self.proof == "field" and not self.field:
            raise ValueError('field: proof = "field" needs the name of the field')
        if ("timestamp" in holes) != bool(self.timestamp_header):
            raise ValueError("timestamp_header: {timestamp} in signed and this header go together")


def parse_settings(config: WebhookConfig) -> bytes:
    """What `parse` needs: how the body is read, without anything that proves."""
    return msgspec.json.encode(ParseSettings(body=config.body, batch=config.batch, mappings=config.mappings))
