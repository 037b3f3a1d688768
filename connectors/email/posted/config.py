"""The settings of an account whose mail a service posts to us."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Annotated, Final, Literal

import msgspec

from channelhub.domain.secrets import Secret
from connectors.email import forwarders
from connectors.email.forwarders import Forwarders
from connectors.email.relay_config import RelayConfig, described

LEAST_SECRET_CHARS: Final = 8


class PostedConfig(RelayConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service that posts to /hooks/NAME."""

    provider: Annotated[
        Literal["mailgun", "sendgrid", "postmark", "ses"], described("The service that posts the mail.")
    ]
    secret: Annotated[
        Secret,
        described(
            "mailgun: the webhook signing key. sendgrid, postmark: a password made up by you, which stands in the "
            "address that you give the service. ses: empty."
        ),
    ]
    username: Annotated[str, described("sendgrid, postmark: the user name beside that password.")] = "channelhub"
    public_key: Annotated[
        str,
        described("sendgrid: the public key of the parse webhook's security policy. Empty: none is asked for."),
    ] = ""
    topic_arn: Annotated[str, described("ses: the SNS topic, arn:aws:sns:…, whose notifications are taken.")] = ""
    sns_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[^\s?#]+)?\Z",
            description="ses: where SNS is, if a gateway of your own stands before it. Empty: Amazon's.",
        ),
    ] = ""
    forwarders: Forwarders = ()
    max_message_bytes: Annotated[
        int, described("Largest post, bytes; a larger one gets 413.", least=65_536, most=67_108_864)
    ] = 52_428_800

    def faults(self) -> Iterator[tuple[str, str]]:
        """Each key that can't work, and why."""
        yield from super().faults()
        yield from forwarders.faults(self.forwarders)
        if self.provider != "ses" and len(self.secret.reveal()) < LEAST_SECRET_CHARS:
            yield "secret", f"expected at least {LEAST_SECRET_CHARS} characters"
        if self.provider == "ses" and not self.topic_arn.startswith("arn:aws"):
            yield "topic_arn", "expected the topic's ARN, arn:aws:sns:…"
        needs_keys = self.provider == "ses" or bool(self.public_key)
        if needs_keys and find_spec("cryptography") is None:
            yield "provider", "needs the extra signatures: pip install 'channelhub[signatures]'"
